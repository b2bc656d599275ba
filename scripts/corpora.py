"""Writes a corpus of `make bench-mover`, or changes a hundredth of one:

    corpora.py small|logs FOLDER MIB
    corpora.py extents|pages FILE...

The same call makes the same bytes on every machine."""

import itertools
import os
import random
import sys


def words(dice, count):
    """A vocabulary with the lengths of words in programs and prose."""
    letters = "etaoinshrdlucmfwypvbgkjqxz_"
    return [
        "".join(dice.choices(letters, weights=range(27, 0, -1), k=dice.choice((2, 3, 4, 5, 6, 8, 11))))
        for _ in range(count)
    ]


def prose(dice, length):
    """Text of which zstd makes two fifths, as of source code and documentation."""
    vocabulary = words(dice, 20_000)
    weights = list(itertools.accumulate(1 / (rank + 10) for rank in range(len(vocabulary))))
    pieces = []
    size = 0
    while size < length:
        line = " ".join(dice.choices(vocabulary, cum_weights=weights, k=dice.randrange(4, 14)))
        pieces.append("  " * dice.randrange(5) + line + dice.choice(("\n", ";\n", " {\n", ",\n")))
        size += len(pieces[-1])
    return "".join(pieces).encode()


def small(folder, mib):
    """150,000 files a GiB, most of a few KiB and none over 256 KiB, a hundred to a folder."""
    dice = random.Random(1)
    text = prose(dice, min(mib, 24) << 20)
    mean = (1 << 30) / 150_000
    for number in range(150_000 * mib // 1024):
        above = f"{folder}/{number // 10_000:02}/{number // 100 % 100:02}"
        if number % 100 == 0:
            os.makedirs(above)
        length = int(min(256 << 10, dice.lognormvariate(0, 1) * mean / 1.6487))
        start = dice.randrange(len(text) - length)
        with open(f"{above}/{number:06}.txt", "wb") as file:
            file.write(b"%d\n" % number + text[start : start + length])


def logs(folder, mib):
    """Sixteen files of lines that repeat each other, as servers write them."""
    os.makedirs(folder, exist_ok=True)
    dice = random.Random(2)
    paths = [f"/api/v1/{word}/{dice.randrange(1000)}" for word in words(dice, 200)]
    agents = ["kube-probe/1.33", "curl/7.88.1", "Mozilla/5.0 (X11; Linux x86_64)", "Go-http-client/2.0"]
    for number in range(16):
        seconds = 1_700_000_000 + number * 86_400
        with open(f"{folder}/access.{number:02}.log", "w", encoding="ascii") as file:
            while file.tell() < mib * (1 << 20) // 16:
                lines = []
                for _ in range(10_000):
                    bits = dice.getrandbits(64)
                    seconds += bits & 1
                    lines.append(
                        f"{seconds}.{bits >> 1 & 0x3FF} 10.{bits >> 11 & 3}.{bits >> 13 & 255}.{bits >> 21 & 255}"
                        f' "GET {paths[bits >> 29 & 127]}" {(200, 200, 200, 304, 500)[(bits >> 36) % 5]}'
                        f' {bits >> 40 & 0xFFFF} "{agents[bits >> 56 & 3]}"\n'
                    )
                file.writelines(lines)


def overwrite(files, length):
    """Overwrites a hundredth of each file, in stretches of `length` bytes that lie anywhere; others
    in another ROUND."""
    dice = random.Random(os.environ.get("ROUND", "1"))
    for name in files:
        pieces = os.path.getsize(name) // length
        with open(name, "r+b") as file:
            for piece in dice.sample(range(pieces), max(1, pieces // 100)):
                file.seek(piece * length)
                file.write(dice.randbytes(length))


if sys.argv[1] == "small":
    small(sys.argv[2], int(sys.argv[3]))
elif sys.argv[1] == "logs":
    logs(sys.argv[2], int(sys.argv[3]))
elif sys.argv[1] == "extents":
    overwrite(sys.argv[2:], 1 << 20)
else:
    overwrite(sys.argv[2:], 8192)
