# cmake -DNAMESPACE=... -DOUTPUT=FILE.cc -DFILES="name=path;..." -P embed.cmake: every file as a string of the name.
set(text "#include <string_view>\n#pragma GCC diagnostic ignored \"-Woverlength-strings\"\nnamespace ${NAMESPACE} {\n")
foreach(entry IN LISTS FILES)
  string(REGEX MATCH "^([^=]*)=(.*)$" matched "${entry}")
  set(name ${CMAKE_MATCH_1})
  file(READ "${CMAKE_MATCH_2}" content)
  string(FIND "${content}" ")sv_embed\"" end)
  if(NOT end EQUAL -1)
    message(FATAL_ERROR "${CMAKE_MATCH_2} holds the mark at which its string would end")
  endif()
  string(APPEND text "extern const std::string_view ${name};\n"
                     "const std::string_view ${name} = R\"sv_embed(${content})sv_embed\";\n")
endforeach()
file(WRITE ${OUTPUT} "${text}}  // namespace ${NAMESPACE}\n")
