"""The frames of `softmax-verify validate --exec`, in Python.

serve(kernel) answers calls until there are no more: kernel gets its arguments as they are declared, numbers as int and
float, buffers as array.array (f16, which array does not know, and bool as bytearray), and writes to those that are not
const.
"""
import array
import struct
import sys


def read(size):
    data = sys.stdin.buffer.read(size)
    if len(data) < size:
        sys.exit(0)  # no more calls
    return data


def read_argument():
    kind, letter, value = struct.unpack("<cc6xQ", read(16))
    letter = letter.decode()
    if kind == b"i":
        return kind, value - (value >> 63 << 64)
    if kind == b"r":
        return kind, struct.unpack("<d", struct.pack("<Q", value))[0]
    if kind == b"n":
        return kind, None
    contents = read(value * struct.calcsize("<" + letter))
    return kind, bytearray(contents) if letter in "e?" else array.array(letter, contents)


def serve(kernel):
    sys.stdout.buffer.write(b"SOFTMAX1")
    sys.stdout.buffer.flush()
    while True:
        magic, count = struct.unpack("<4sI", read(8))
        assert magic == b"CALL"
        arguments = [read_argument() for _ in range(count)]
        try:
            result = kernel(*(value for _, value in arguments))
        except Exception as error:
            message = f"{type(error).__name__}: {error}".encode()
            answer = struct.pack("<4sQ", b"FAIL", len(message)) + message
        else:
            answer = b"DONE" + struct.pack("<d" if isinstance(result, float) else "<q", result or 0)
            answer += b"".join(bytes(value) for kind, value in arguments if kind == b"w")
        sys.stdout.buffer.write(answer)
        sys.stdout.buffer.flush()
