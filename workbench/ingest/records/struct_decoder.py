"""Decode records as structs; on demand without the values that have a wrong type.

Every format decodes its tweets with a `StructDecoder`. Clean records are decoded once, by msgspec.
The collector has a record with odd values read again, and then they cost their field, not the
tweet.
"""

import typing
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from types import UnionType
from typing import Any, Generic, TypeVar

import msgspec

_Struct = TypeVar("_Struct", bound=msgspec.Struct)

#: Objects and lists inside each other. Deeper ones count as odd; four tweets inside each other need
#: less.
_LEVELS = 40

#: An empty cell means nothing where no text is expected, so it is not counted.
_EMPTY = b'""'

_keys = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_list = msgspec.json.Decoder(list[msgspec.Raw]).decode
_any_fields = msgspec.json.Decoder(dict[str, Any]).decode
_encode = msgspec.json.Encoder().encode


class StructDecoder(Generic[_Struct]):
    """Decode JSON objects as a struct.

    Args:
        kind: The struct. Its fields without a default are required.
        strict: If false, numbers and booleans may be written as strings.
        at: Where the objects are in a record, for the names of their odd fields.

    Examples:
        >>> class Tweet(msgspec.Struct):
        ...     id: int
        ...     tags: list[str] | None = None
        >>> decode, odd = StructDecoder(Tweet), Counter()
        >>> decode(b'{"id": 7, "tags": ["a", {}, "b"]}', odd)
        Tweet(id=7, tags=['a', 'b'])
        >>> decode(b'{"id": 7, "tags": "a"}', odd), odd
        (Tweet(id=7, tags=None), Counter({'tags[]': 1, 'tags': 1}))
    """

    def __init__(self, kind: type[_Struct], *, strict: bool = True, at: str = "") -> None:
        self._kind = kind
        self._strict = strict
        self._place = _Place(at)
        self._decode = msgspec.json.Decoder(kind, strict=strict).decode

    def __call__(self, record: bytes | msgspec.Raw, odd: Counter[str] | None = None) -> _Struct:
        """Decode a record.

        Args:
            record: The JSON object.
            odd: Field -> values that were dropped; those of this record are added. If None, any
                value of a wrong type is an error.

        Raises:
            msgspec.ValidationError: If a value has a wrong type, and `odd` is None or the value is
                required.
            msgspec.DecodeError: If the record is not JSON.
        """
        try:
            return self._decode(record)
        except msgspec.ValidationError:
            if odd is None:
                raise
            dropped: Counter[str] = Counter()
            readable = self._object.readable(bytes(record), self._place, dropped)
            if readable is None:
                raise
            decoded = self._decode(readable)
            odd.update(dropped)
            return decoded

    @cached_property
    def _object(self) -> "_Object":
        return _object(self._kind, strict=self._strict, known={})


def decode_fields(record: bytes, odd: Counter[str] | None = None) -> dict[str, Any]:
    """Decode a JSON object of a format without a struct.

    Args:
        record: The JSON object.
        odd: Like that of `StructDecoder`. Only a number that no decoder reads is odd; it is None.

    Raises:
        msgspec.ValidationError: If a number is like that and `odd` is None.
        msgspec.DecodeError: If the record is not a JSON object.

    Examples:
        >>> odd = Counter()
        >>> decode_fields(b'{"id": 7, "score": 1e999}', odd), odd
        ({'id': 7, 'score': None}, Counter({'score': 1}))
    """
    try:
        return _any_fields(record)
    except msgspec.ValidationError:
        if odd is None:
            raise
    fields: dict[str, Any] = {}
    for name, value in _keys(record).items():
        fields[name] = None
        try:
            fields[name] = msgspec.json.decode(value)
        except msgspec.ValidationError:
            odd[name] += 1
    return fields


@dataclass(frozen=True)
class _Place:
    """Where a value is: its path, and the paths of the structs around it.

    A tweet inside a tweet gets the path of the outer one, so that each field has one name.
    """

    path: str = ""
    level: int = 0
    around: "tuple[tuple[_Object, str], ...]" = ()

    def field(self, name: str, of: "_Object") -> "_Place":
        path = next((path for outer, path in self.around if outer is of), self.path)
        around = (*self.around, (of, path))
        return _Place(f"{path}.{name}".lstrip("."), self.level + 1, around)

    def element(self) -> "_Place":
        return _Place(f"{self.path}[]", self.level + 1, self.around)


class _Object:
    """The fields of a struct by their names in JSON. It may contain itself."""

    def __init__(self) -> None:
        self.fields: dict[str, _Value] = {}
        self.required: set[str] = set()

    def readable(self, value: bytes, place: _Place, odd: Counter[str]) -> bytes | None:
        """Return an object without odd fields and unknown ones; None if a required one is odd."""
        kept = {}
        for name, inner in _keys(value).items():
            if name in self.fields:
                part = self.fields[name].part(inner, place.field(name, self), odd)
                if part is not None:
                    kept[name] = part
        return _encode(kept) if self.required <= kept.keys() else None


@dataclass(frozen=True)
class _Value:
    """What a value may be.

    Args:
        scalar: Decodes all other values that are allowed; None if there are none.
        is_text: Whether it may be a string.
        of_object: Reads an object; None if it may not be one.
        of_element: Reads the elements of a list; None if it may not be one.
    """

    scalar: Callable[[bytes], object] | None
    is_text: bool
    of_object: _Object | None
    of_element: "_Value | None"

    def part(self, value: msgspec.Raw, place: _Place, odd: Counter[str]) -> msgspec.Raw | None:
        """Return a value without its odd parts; count it and return None if it is odd itself."""
        data = bytes(value)
        readable = self._readable(data, place, odd)
        if readable is None and (self.is_text or data != _EMPTY):
            odd[place.path] += 1
        return None if readable is None else msgspec.Raw(readable)

    def _readable(self, value: bytes, place: _Place, odd: Counter[str]) -> bytes | None:
        if place.level > _LEVELS and value.startswith((b"{", b"[")):
            return None
        if self.of_object is not None and value.startswith(b"{"):
            return self.of_object.readable(value, place, odd)
        if self.of_element is not None and value.startswith(b"["):
            inner = place.element()
            parts = [self.of_element.part(element, inner, odd) for element in _list(value)]
            return _encode([part for part in parts if part is not None])
        if self.scalar is None:
            return None
        try:
            self.scalar(value)
        except msgspec.ValidationError:
            return None
        return value


def _object(kind: type[msgspec.Struct], *, strict: bool, known: dict[type, _Object]) -> _Object:
    """Compile a struct.

    Args:
        kind: The struct.
        strict: See `StructDecoder`.
        known: The structs that are compiled already, and the ones that contain this one.
    """
    if kind not in known:
        known[kind] = compiled = _Object()
        for field in msgspec.structs.fields(kind):
            name = field.encode_name
            compiled.fields[name] = _value(field.type, strict=strict, known=known)
            if field.required:
                compiled.required.add(name)
    return known[kind]


def _value(hint: Any, *, strict: bool, known: dict[type, _Object]) -> _Value:  # noqa: ANN401
    """Compile a type hint: of a struct, a list, a scalar, or a union with one struct and list."""
    is_union = typing.get_origin(hint) in {typing.Union, UnionType}
    options = typing.get_args(hint) if is_union else (hint,)
    structs = [each for each in options if _is_struct(each)]
    lists = [each for each in options if typing.get_origin(each) is list]
    scalars = [each for each in options if each not in structs and each not in lists]
    expected: Any = typing.Union[tuple(scalars)] if scalars else None  # noqa: UP007
    return _Value(
        scalar=msgspec.json.Decoder(expected, strict=strict).decode if scalars else None,
        is_text=any(typing.get_args(each)[:1] == (str,) or each is str for each in scalars),
        of_object=_object(structs[0], strict=strict, known=known) if structs else None,
        of_element=_value(*typing.get_args(lists[0]), strict=strict, known=known)
        if lists
        else None,
    )


def _is_struct(hint: object) -> bool:
    return isinstance(hint, type) and issubclass(hint, msgspec.Struct)
