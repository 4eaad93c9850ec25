"""Expressions: what they come to, and that only what cannot be told stays open."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from scanner.iac.terraform.values import Encoded, Open, plain, text_of
from tests.iac.terraform.trees import documents, local

if TYPE_CHECKING:
    from pathlib import Path

KNOWN: dict[str, tuple[str, Any]] = {
    "a number": ("1 + 2 * 3", 7),
    "parentheses": ("(1 + 2) * 3", 9),
    "a negative": ("-2 + 5", 3),
    "a comparison and logic": ("1 < 2 && !(3 == 4)", True),
    "a text with a value in it": ('"a-${1 + 1}-b"', "a-2-b"),
    "a lone interpolation keeps its type": ('"${[1, 2]}"', [1, 2]),
    "an escaped interpolation": ('"$${aws:username}"', "${aws:username}"),
    "an escaped quote": (r'"say \"hi\""', 'say "hi"'),
    "a unicode escape": (r'"\u00e9"', "é"),
    "a conditional": ('true ? "a" : "b"', "a"),
    "a conditional over lines": ('(\n  false\n  ? "a"\n  : "b"\n)', "b"),
    "an object": ('{ a = 1, "b" = 2, (upper("c")) = 3 }', {"a": 1, "b": 2, "C": 3}),
    "an object with line ends": ("{\n  a = 1\n  b = 2 # two\n}", {"a": 1, "b": 2}),
    "a for over a list": ("[for x in [1, 2, 3] : x * 2 if x > 1]", [4, 6]),
    "a for over an object": ('[for k, v in { a = 1 } : "${k}${v}"]', ["a1"]),
    "an object from a for": ("{ for x in [1, 2] : tostring(x) => x * x }", {"1": 1, "2": 4}),
    "a for that groups": ("{ for x in [1, 2, 3] : tostring(x % 2) => x... }", {"1": [1, 3], "0": [2]}),
    "a splat": ("[{ a = 1 }, { a = 2 }][*].a", [1, 2]),
    "a splat of one": ("{ a = 1 }[*].a", [1]),
    "an index and an attribute": ('{ a = [{ b = "x" }] }.a[0].b', "x"),
    "the old index": ("[10, 20].1", 20),
    "a heredoc": ("<<EOT\na\n  b\nEOT\n", "a\n  b\n"),
    "an indented heredoc": ("<<-EOT\n    a\n      b\n  EOT\n", "a\n  b\n"),
    "a heredoc with a value": ("<<-EOT\n    x = ${1 + 1}\n    EOT\n", "x = 2\n"),
    "a template with a loop": ('"%{for x in [1, 2]}<${x}>%{endfor}"', "<1><2>"),
    "a template with a choice": ('"%{if false}a%{else}b%{endif}"', "b"),
    "spread arguments": ("max([1, 5, 3]...)", 5),
    "merge": ("merge({ a = 1 }, { a = 2, b = 3 })", {"a": 2, "b": 3}),
    "flatten": ("flatten([[1], [[2], 3]])", [1, 2, 3]),
    "toset": ('toset(["b", "a", "b"])', ["a", "b"]),
    "format": ('format("%s-%03d-%%", "a", 7)', "a-007-%"),
    "formatlist": ('formatlist("arn:%s", ["a", "b"])', ["arn:a", "arn:b"]),
    "cidrsubnet": ('cidrsubnet("10.0.0.0/16", 8, 2)', "10.0.2.0/24"),
    "replace by pattern": ('replace("a-1-b", "/[0-9]+/", "x")', "a-x-b"),
    "split and join": ('join("/", split(".", "a.b"))', "a/b"),
    "lookup with a default": ('lookup({ a = 1 }, "b", 9)', 9),
    "try of what is not there": ('try({ a = 1 }.b, "none")', "none"),
    "can": ("can({ a = 1 }.b)", False),
    "jsonencode and back": ("jsondecode(jsonencode({ a = [1, null] }))", {"a": [1, None]}),
    "setproduct": ('setproduct(["a"], ["b", "c"])', [["a", "b"], ["a", "c"]]),
    "a function of a provider": ('provider::aws::arn_parse("arn:aws:s3:::b").service', "s3"),
    "the first of an old splat": ("[{ a = 1 }, { a = 2 }].*.a[0]", 1),
    "the first of each of a splat": ("[{ a = [1] }, { a = [2] }][*].a[0]", [1, 2]),
    "objects in order of their keys": ('[for k, v in { b = 1, a = 2 } : "${k}${v}"]', ["a2", "b1"]),
    "a template over an object": ('"%{for k, v in { b = 1, a = 2 }}${k}%{endfor}"', "ab"),
    "a set is its own key": ('{ for k, v in toset(["x"]) : k => v }', {"x": "x"}),
    "a list has numbers for keys": ('{ for k, v in ["x"] : k => v }', {"0": "x"}),
    "a set of numbers and texts": ('toset(["b", 1])', ["1", "b"]),
    "try of an object that is wrong within": ("try([{ a = 1 }.b], [9])", [9]),
    "try of an element that is not there": ("try([][0], 7)", 7),
    "a choice by a word": ('"%{if "true"}a%{endif}"', "a"),
    "a large whole number": ("12345678901234567890", 12345678901234567890),
    "a number in a text": ('"n${1000000000000000000000}"', "n1000000000000000000000"),
    "a remainder has the sign of what is divided": ("-7 % 3", -1),
    "minus a text": ('-"5"', -5),
    "a text that Python takes for a number": ('try("1_0" + 1, "none")', "none"),
    "a number without bounds": ('try(float_max * 1, "none")', "none"),
    "words with true in them": ('anytrue(["false"])', False),
    "all of words": ('alltrue(["true", true])', True),
    "one of several": ('try(one(["a", "b"]), "none")', "none"),
    "title leaves capitals": ('title("my IAM role")', "My IAM Role"),
    "format to the left": ('format("%-4s|%5.1f|%t", "a", 2.25, true)', "a   |  2.2|true"),
    "format of an object": ('format("%v", { a = [1] })', '{"a":[1]}'),
    "format too narrow": ('try(format("%s %s", "a"), "none")', "none"),
    "replace with groups": (r'replace("a-b", "/(\\w)-(\\w)/", "$2\\n$1")', r"b\na"),
    "replace keeps backslashes": (r'replace("a", "/a/", "\\1")', r"\1"),
    "regexall": ('regexall("[0-9]+", "a1b22")', ["1", "22"]),
    "regex with names": ('regex("(?P<n>[a-z]+)", "ab1").n', "ab"),
    "split of nothing": ('split(",", "")', [""]),
    "a digest of what is encoded": ("length(md5(jsonencode({ a = 1 })))", 32),
    "a text in what is encoded": ('replace(jsonencode({ a = "x" }), "x", "y")', '{"a":"y"}'),
    "signs in what is encoded": ('"-${jsonencode("<é>")}"', r'-"\u003cé\u003e"'),
    "a date is a text": ('yamldecode("Version: 2012-10-17").Version', "2012-10-17"),
    "an alias in YAML": (r'yamldecode("a: &x [1]\nb: *x").b', [1]),
    "a function by its full name": ("core::max(1, 2)", 2),
    "an ARN taken apart": ('provider::aws::arn_parse("arn:aws:iam::1:role/a").account_id', "1"),
    "a project of an id": ('provider::google::project_from_id("projects/p/zones/z")', "p"),
    "a host outside its network": ('try(cidrhost("10.0.0.0/30", 9), "none")', "none"),
    "a subnet beyond its network": ('try(cidrsubnets("10.0.0.0/31", 1, 1, 1), "none")', "none"),
    "matchkeys": ('matchkeys(["a", "b"], [1, 2], [2])', ["b"]),
    "comments anywhere": ("[1, /* two */ 2, // three\n 3]", [1, 2, 3]),
}


@pytest.mark.parametrize(("expression", "expected"), KNOWN.values(), ids=KNOWN)
def test_what_is_known(tmp_path: Path, expression: str, expected: object) -> None:
    found = local(tmp_path, {"main.tf": f"locals {{\n  x = {expression}\n}}\n"}, "x")
    assert plain(found) == expected
    assert type(plain(found)) is type(expected)


OPEN = {
    "an unset variable": ("var.x", "*"),
    "a part of a text": ('"arn:aws:s3:::${var.x}/*"', "arn:aws:s3:::*/*"),
    "a joined list": ('join(":", ["a", var.x])', "a:*"),
    "a formatted text": ('format("a-%s-b", var.x)', "a-*-b"),
    "a choice that nobody can make": ('var.x ? "a" : "b"', "*"),
    "a loop over what is unknown": ("[for x in var.x : x]", "*"),
    "a function that is not known": ('nobody_knows("a")', "*"),
    "a remote state": ("data.terraform_remote_state.s.outputs.x", "*"),
    "itself": ("local.x", "*"),
    "a time": ("timestamp()", "*"),
    "whether all are true": ("alltrue([var.x, true])", "*"),
    "whether any is true": ("anytrue([var.x, false])", "*"),
    "a sum, also to try": ("try(sum([var.x, 1]), 0)", "*"),
    "an order": ('sort(["b", var.x])', "*"),
    "what only one choice says": ("(var.x ? { a = 1, b = 2 } : { a = 2, b = 2 }).a", "*"),
    "what only one choice has": ("(var.x ? { a = 1, b = 2 } : { b = 2 }).b", "*"),
    "a name in an object that may have it": ('lookup({ a = 1 }, var.x, "none")', "*"),
    "what two sets share": ('setintersection(["a"], [var.x])', "*"),
    "how long a list with more is": ('length(concat(["a"], var.x))', "*"),
    "what stands behind more": ('concat(var.x, ["a"])[1]', "*"),
    "a pattern of another dialect": ('regex("[[:alpha:]]+", "ab:")', "*"),
    "a class of characters that Python has not": (r'regex("\\p{L}+", "ab")', "*"),
    "a text within what is encoded": ('"x${jsonencode([var.x, "a"])}"', 'x[ *, "a" ]'),
    "lower case of what is known": ('lower("A-${var.x}-B")', "a-*-b"),
    "replaced in what is known": ('replace("a.${var.x}.b", ".", "-")', "a-*-b"),
    "replaced across what is open": ('replace("https:/${var.x}", "://", "")', "*"),
    "an ephemeral value, also to try": ("try(ephemeral.vault_secret.s.data, 1)", "*"),
}


@pytest.mark.parametrize(("expression", "like"), OPEN.values(), ids=OPEN)
def test_what_stays_open(tmp_path: Path, expression: str, like: str) -> None:
    found = local(tmp_path, {"main.tf": f'variable "x" {{}}\nlocals {{\n  x = {expression}\n}}\n'}, "x")
    assert isinstance(found, Open)
    assert found.like == like
    assert found.expression


SETTLED = {
    "false and anything": ("false && var.x", False),
    "anything or true": ("var.x || true", True),
    "both ways are the same": ('var.x ? "a" : "a"', "a"),
    "the other elements of a list": ('["a", var.x][0]', "a"),
    "a name in an object that has none": ('lookup({}, var.x, "none")', "none"),
    "a name in an empty object, tried": ('try({}[var.x], "none")', "none"),
    "what both choices say": ('(var.x ? { a = 1, b = "c" } : { a = 2, b = "c" }).b', "c"),
    "all, when one is not": ("alltrue([var.x, false])", False),
    "any, when one is": ("anytrue([var.x, true])", True),
    "what stands before more": ('concat(["a"], var.x)[0]', "a"),
    "an account in an ARN that is open in parts": (
        'provider::aws::arn_parse("arn:aws:iam::1:role/${var.x}").account_id',
        "1",
    ),
    "the other attributes of an object": ("{ a = 1, b = var.x }.a", 1),
    "how many there are": ("length([var.x, 1])", 2),
    "an object with an open part is not null": ("{ a = var.x } == null", False),
}


@pytest.mark.parametrize(("expression", "expected"), SETTLED.values(), ids=SETTLED)
def test_what_an_open_value_does_not_touch(tmp_path: Path, expression: str, expected: object) -> None:
    files = {"main.tf": f'variable "x" {{}}\nlocals {{\n  x = {expression}\n}}\n'}
    assert local(tmp_path, files, "x") == expected


def test_an_encoded_object_keeps_all_but_its_open_part(tmp_path: Path) -> None:
    """The loss that this evaluator is here for: one unknown account, and the whole text is gone elsewhere."""
    text = 'variable "x" {}\nlocals {\n  x = jsonencode({ a = [{ b = var.x, c = 1 }] })\n}\n'
    found = local(tmp_path, {"main.tf": text}, "x")
    assert isinstance(found, Encoded)
    assert found.value["a"][0]["c"] == 1
    assert isinstance(found.value["a"][0]["b"], Open)
    assert isinstance(text_of(found), Open)


BROKEN = {
    "a brace that is missing": 'resource "a" "b" {\n',
    "a brace too many": "locals {}\n}\n",
    "a text without an end": 'locals {\n  a = "b\n}\n',
    "a heredoc without an end": "locals {\n  a = <<EOT\nb\n}\n",
    "no expression": "locals {\n  a =\n}\n",
    "two on a line": "locals {\n  a = 1 b = 2\n}\n",
    "set twice": "locals {\n  a = 1\n  a = 2\n}\n",
    "no language at all": "\x00\x01\x02",
    "nested without end": "locals {\n  a = " + "[" * 5_000 + "\n}\n",
}


@pytest.mark.parametrize("text", BROKEN.values(), ids=BROKEN)
def test_a_broken_file_is_a_gap_and_the_rest_is_read(tmp_path: Path, text: str) -> None:

    found, gaps = documents(
        tmp_path, {"broken.tf": text, "good.tf": 'resource "aws_s3_bucket" "b" {\n  bucket = "b"\n}\n'}
    )
    assert "ListBuckets.Buckets/b" in found
    assert [gap.id.key for gap in gaps] == ["broken.tf"]
    assert gaps[0].reason == "unparseable"
