"""From a value to the columns of its row and back: both have the same names."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import ColumnElement, Row, Table, and_

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Value = TypeVar("Value", bound="DataclassInstance")


def values_of(value: DataclassInstance, *without: str) -> dict[str, Any]:
    """Return the fields of a value by name, except some."""
    return {f.name: getattr(value, f.name) for f in fields(value) if f.name not in without}


def value_of(kind: type[Value], row: Row[Any]) -> Value:
    """Make a value of a row whose columns are its fields."""
    return kind(**row._mapping)  # noqa: SLF001 - the public way to a row's columns by name


def place_of(table: Table, *, post: int, destination: int) -> ColumnElement[bool]:
    """Return the condition for what belongs to a post at a destination."""
    return and_(table.c.post == post, table.c.destination == destination)
