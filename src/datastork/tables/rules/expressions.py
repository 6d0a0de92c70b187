"""The small language of conditions and derived columns: read into a tree, never run as code.

expression  = and { "or" and }
and         = negation { "and" negation }
negation    = "not" negation | comparison
comparison  = sum [ ( "==" | "!=" | "<" | "<=" | ">" | ">=" ) sum | [ "not" ] "in" "(" literal { "," literal } ")" ]
sum         = product { ( "+" | "-" ) product }
product     = value { ( "*" | "/" ) value }
value       = "-" value | atom { "[" [ integer ] ":" [ integer ] "]" | "[" integer "]" }
atom        = number | string | column | function "(" expression { "," expression } ")" | "(" expression ")"
column      = name | "`" any characters "`" | ( "a" | "b" ) "." column
string      = '"' … '"' | "'" … "'"
"""

import re
from collections.abc import Callable

from datastork.core.nearest import did_you_mean
from datastork.tables.rules.tree import (
    Among,
    Call,
    Compare,
    Expression,
    Literal,
    Logic,
    Name,
    Not,
    Slice,
    Sum,
    is_condition,
)

FUNCTIONS = {"lower": 1, "upper": 1, "strip": 1, "len": 1, "number": 1, "abs": 1, "missing": 1, "similar": 2}
ORDERS = ("==", "!=", "<=", ">=", "<", ">")
DEEPEST = 40
LONGEST = 4000
MOST_PARTS = 300
TOKEN = re.compile(
    r"""\s*(?:(?P<string>"[^"]*"|'[^']*')|(?P<quoted>`[^`]+`)|(?P<number>\d+(?:\.\d+)?)|(?P<name>[^\W\d]\w*)"""
    r"""|(?P<sign>==|!=|<=|>=|<>|[<>=+\-*/()\[\]:,.]))"""
)


def parse_expression(text: str, name: Callable[[str], str]) -> Expression:
    """Return the tree of an expression; `name` turns a column as written into the one meant, or raises ValueError.

    Raises ValueError in a sentence that says what is wrong and where.
    """
    reader = _Reader(text, name)
    found = reader.any()
    if reader.kind:
        raise ValueError(f"{reader.said()} is not expected after {text[: reader.start].strip()!r}")
    return found


class _Reader:
    """One token ahead of the tree that grows."""

    def __init__(self, text: str, name: Callable[[str], str]) -> None:
        if len(text) > LONGEST:
            raise ValueError(f"the expression has {len(text):,} characters; {LONGEST:,} are the most")
        self.text, self.name, self.end, self.depth, self.steps = text, name, 0, 0, 0
        self.step()

    def step(self) -> None:
        self.steps += 1
        if self.steps > MOST_PARTS:
            raise ValueError(f"the expression has more than {MOST_PARTS} parts")
        rest = self.text[self.end :]
        self.start = self.end + len(rest) - len(rest.lstrip())
        if not rest.strip():
            self.kind, self.token = "", ""
            return
        found = TOKEN.match(self.text, self.end)
        if not found:
            mark = self.text[self.start]
            unclosed = mark in "\"'`"
            raise ValueError(f"the quote {mark} is never closed" if unclosed else f"{mark!r} means nothing here")
        self.kind = found.lastgroup or ""
        self.token = found[self.kind]
        self.end = found.end()

    def said(self) -> str:
        return repr(self.token) if self.kind else "the end of the line"

    def take(self, *signs: str) -> str:
        """Step over one of these signs or words and return it, or ""."""
        if self.kind in ("sign", "name") and self.token in signs:
            token = self.token
            self.step()
            return token
        return ""

    def need(self, sign: str) -> None:
        if not self.take(sign):
            raise ValueError(f"{sign!r} is missing before {self.said()}")

    def any(self) -> Expression:
        self.depth += 1
        if self.depth > DEEPEST:
            raise ValueError(f"it is nested more than {DEEPEST} deep")
        parts = [self.all()]
        while self.take("or"):
            parts.append(self.all())
        self.depth -= 1
        return self.logic("or", parts)

    def all(self) -> Expression:
        parts = [self.negation()]
        while self.take("and"):
            parts.append(self.negation())
        return self.logic("and", parts)

    def logic(self, op: str, parts: list[Expression]) -> Expression:
        if len(parts) == 1:
            return parts[0]
        for part in parts:
            if not is_condition(part):
                raise ValueError(f"{op!r} joins conditions such as x == y, but one side is a value")
        flat = (part.parts if isinstance(part, Logic) and part.op == op else (part,) for part in parts)
        return Logic(op, tuple(one for several in flat for one in several))

    def negation(self) -> Expression:
        if not self.take("not"):
            return self.comparison()
        self.depth += 1
        if self.depth > DEEPEST:
            raise ValueError(f"it is nested more than {DEEPEST} deep")
        part = self.negation()
        self.depth -= 1
        if not is_condition(part):
            raise ValueError("'not' stands before a condition such as x == y")
        return Not(part)

    def comparison(self) -> Expression:
        left = self.sum()
        if self.take("="):
            raise ValueError("'=' compares nothing; did you mean '=='?")
        if self.take("<>"):
            raise ValueError("'<>' is not known; did you mean '!='?")
        if op := self.take(*ORDERS):
            if is_condition(left):
                raise ValueError(f"{op!r} compares values, but its left side is a condition")
            right = self.sum()
            if is_condition(right) or self.take(*ORDERS):
                raise ValueError(f"one comparison at a time: write x {op} y and y {op} z")
            return Compare(op, left, right)
        if self.take("in"):
            return self.among(left)
        if self.kind == "name" and self.token == "not":
            self.step()
            self.need("in")
            return Not(self.among(left))
        return left

    def among(self, of: Expression) -> Expression:
        self.need("(")
        values = [self.literal()]
        while self.take(","):
            values.append(self.literal())
        self.need(")")
        return Among(of, tuple(values))

    def literal(self) -> str | float:
        kind, token, minus = self.kind, self.token, bool(self.take("-"))
        if minus:
            kind, token = self.kind, self.token
        if kind not in ("string", "number") or (minus and kind == "string"):
            raise ValueError(f"a text in quotes or a number is missing before {self.said()}")
        self.step()
        return token[1:-1] if kind == "string" else float(token) * (-1 if minus else 1)

    def sum(self) -> Expression:
        left = self.product()
        while op := self.take("+", "-"):
            left = self.joined(op, left, self.product())
        return left

    def product(self) -> Expression:
        left = self.value()
        while op := self.take("*", "/"):
            left = self.joined(op, left, self.value())
        return left

    def joined(self, op: str, left: Expression, right: Expression) -> Expression:
        if is_condition(left) or is_condition(right):
            raise ValueError(f"{op!r} joins values, but one side is a condition")
        return Sum(op, left, right)

    def value(self) -> Expression:
        if self.take("-"):
            self.depth += 1
            if self.depth > DEEPEST:
                raise ValueError(f"it is nested more than {DEEPEST} deep")
            part = self.value()
            self.depth -= 1
            if isinstance(part, Literal) and isinstance(part.value, float):
                return Literal(-part.value)
            return Sum("-", Literal(0.0), part)
        found = self.atom()
        while self.take("["):
            start = self.place()
            if self.take(":"):
                found = Slice(found, start, self.place())
            elif start is None:
                raise ValueError("a place or a slice such as [:2] is missing in [ ]")
            else:
                found = Slice(found, start, start + 1 if start != -1 else None)
            self.need("]")
        return found

    def place(self) -> int | None:
        minus = self.take("-")
        if self.kind != "number":
            return None
        if "." in self.token or len(self.token) > 6:
            raise ValueError(f"a slice counts characters, not {self.token}")
        value = int(self.token)
        self.step()
        return -value if minus else value

    def atom(self) -> Expression:
        kind, token = self.kind, self.token
        if kind in ("string", "number"):
            self.step()
            return Literal(token[1:-1] if kind == "string" else float(token))
        if self.take("("):
            found = self.any()
            self.need(")")
            return found
        if kind == "quoted":
            self.step()
            return Name(self.name(token[1:-1]))
        if kind != "name" or token in ("and", "or", "in", "not"):
            raise ValueError(f"a column, a number or a text in quotes is missing before {self.said()}")
        self.step()
        if self.take("("):
            return self.call(token)
        if self.kind == "sign" and self.token == ".":
            return self.of_row(token)
        return Name(self.name(token))

    def of_row(self, row: str) -> Name:
        row = {"t1": "a", "t2": "b"}.get(row, row)
        if row not in ("a", "b"):
            raise ValueError(f"{row!r} is no row; two rows are called a and b: a.{row}, b.{row}")
        self.step()
        kind, token = self.kind, self.token
        if kind not in ("name", "quoted"):
            raise ValueError(f"the name of a column is missing after {row + '.'!r}")
        self.step()
        return Name(self.name(token.strip("`")), row)

    def call(self, name: str) -> Call:
        if name not in FUNCTIONS:
            raise ValueError(f"no function {name!r}{did_you_mean(name, FUNCTIONS)}; there are {', '.join(FUNCTIONS)}")
        arguments = [self.any()]
        while self.take(","):
            arguments.append(self.any())
        self.need(")")
        if len(arguments) != FUNCTIONS[name] or any(map(is_condition, arguments)):
            raise ValueError(f"{name}() takes {FUNCTIONS[name]} value{'s' if FUNCTIONS[name] > 1 else ''}")
        return Call(name, tuple(arguments))
