"""A program: sets the document that comes in as JSON by print.typ, and writes the PDF to the file named (see `pdf`)."""

import sys
from pathlib import Path

import typst

if __name__ == "__main__":
    layout = Path(__file__).with_name("print.typ").read_bytes()
    data = sys.stdin.buffer.read().decode("utf-8")
    Path(sys.argv[1]).write_bytes(typst.compile(layout, sys_inputs={"data": data}))
