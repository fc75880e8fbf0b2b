"""Paths into nested objects: "a.b[0].c", or a list of keys."""
import re

_MISSING = object()


def _keys(path):
    if isinstance(path, (list, tuple)):
        return list(path)
    return [int(number) if number else name for name, number in re.findall(r"([^.\[\]]+)|\[(\d+)\]", str(path))]


def _step(value, key):
    if isinstance(value, dict):
        return value.get(key, _MISSING)
    if isinstance(value, (list, tuple)):
        return value[int(key)] if str(key).isdigit() and int(key) < len(value) else _MISSING
    return getattr(value, str(key), _MISSING)


def get(value, path, default=None):
    """What lies at a path; `default` when something on the way is not there."""
    for key in _keys(path):
        value = _step(value, key)
        if value is _MISSING or value is None:
            return default
    return value


def has(value, path):
    return get(value, path, _MISSING) is not _MISSING


def set_(value, path, leaf):
    """Puts a leaf at a path, making dictionaries on the way; returns the object."""
    keys, at = _keys(path), value
    for key in keys[:-1]:
        at = at.setdefault(key, {}) if isinstance(at, dict) else at[int(key)]
    if keys:
        at[keys[-1]] = leaf
    return value


def omit(value, *paths):
    """A copy without some keys."""
    left_out = [str(path) for one in paths for path in (one if isinstance(one, (list, tuple, set)) else [one])]
    return {key: item for key, item in dict(value).items() if str(key) not in left_out}
