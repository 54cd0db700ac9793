"""A kernel in another process that misbehaves: process.py DEED.

It answers the first call as it should, with its own process id as the value and 7 in every written byte, and from the
second on does the deed.
"""
import os
import signal
import struct
import subprocess
import sys
import time

SIZES = {b"?": 1, b"b": 1, b"B": 1, b"h": 2, b"H": 2, b"e": 2, b"i": 4, b"I": 4, b"f": 4, b"q": 8, b"Q": 8, b"d": 8}


def read(size):
    data = sys.stdin.buffer.read(size)
    if len(data) < size:
        sys.exit(0)
    return data


def write(data):
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def take_call():
    magic, count = struct.unpack("<4sI", read(8))
    assert magic == b"CALL", magic
    arguments = []
    for _ in range(count):
        kind, letter, value = struct.unpack("<cc6xQ", read(16))
        arguments.append((kind, letter, value, read(value * SIZES[letter]) if kind in b"cw" else b""))
    return arguments


def text_of(arguments):
    """What came, as text."""
    words = []
    for kind, letter, value, contents in arguments:
        number = struct.unpack("<d", struct.pack("<Q", value))[0] if kind == b"r" else value
        words.append(f"{kind.decode()}{letter.decode()}{number}{contents[:4].hex()}")
    return " ".join(words).encode()


def answer_to(arguments, value=None):
    size = sum(len(contents) for kind, _, _, contents in arguments if kind == b"w")
    return struct.pack("<4sq", b"DONE", value or os.getpid()) + b"\x07" * size


def allocate():
    held = []
    while True:
        held.append(b"\x01" * (1 << 22))
        time.sleep(0.002)


def close_output():
    os.close(1)
    time.sleep(100)


def leave_a_process(arguments):
    null = subprocess.DEVNULL
    child = subprocess.Popen(["sleep", "1000"], start_new_session=True, stdin=null, stdout=null, stderr=null)
    write(answer_to(arguments, child.pid))


def fail(message):
    write(struct.pack("<4sQ", b"FAIL", len(message)) + message)


DEEDS = {
    "behave": lambda a: write(answer_to(a)),
    "crash": lambda a: os.kill(os.getpid(), signal.SIGSEGV),
    "be_killed": lambda a: os.kill(os.getpid(), signal.SIGKILL),
    "exit": lambda a: sys.exit("no luck"),
    "raise": lambda a: 1 // 0,
    "hang": lambda a: time.sleep(1000),
    "tell": lambda a: fail(b"ValueError: no luck"),
    "tell_at_length": lambda a: write(struct.pack("<4sQ", b"FAIL", 10**12)),
    "allocate": lambda a: allocate(),
    "answer_shortly_and_end": lambda a: (write(answer_to(a)[:20]), sys.exit(0)),
    "answer_shortly": lambda a: (write(answer_to(a)[:20]), time.sleep(1000)),
    "answer_at_length": lambda a: write(answer_to(a) + b"..."),
    "talk": lambda a: write(b"softmax of 4 numbers\n" + answer_to(a)),
    "talk_without_end": lambda a: [write(b"hello " * 1000) for _ in range(1 << 40)],
    "talk_afterwards": lambda a: (write(answer_to(a)), time.sleep(0.05), write(b"done\n")),
    "close_output": lambda a: close_output(),
    "close_input": lambda a: (os.close(0), time.sleep(1000)),
    "leave_a_process": leave_a_process,
    "repeat": lambda a: write(struct.pack("<4sq", b"DONE", -5) + text_of(a).ljust(400)),
}

if sys.argv[1] == "greet":
    write(b"hello\n")
write(b"SOFTMAX1")
call = take_call()
write(answer_to(call))
while True:
    DEEDS[sys.argv[1]](take_call())
