"""The functions that Kubernetes adds to CEL, which no conversation with a real API server asks for one by one."""

from __future__ import annotations

from typing import Any

import pytest

from podnet.kube.cel import CelError, compiled, escaped, matches


@pytest.mark.parametrize(
    ("rule", "value"),
    [
        ("self.isSorted() && self.min() == 1 && self.max() == 3 && self.sum() == 6", [1, 2, 3]),
        (
            "self.find('[0-9]+') == '12' && self.findAll('[a-z]') == ['a', 'b'] && self.findAll('[a-z]', 1) == ['a']",
            "a12b",
        ),
        ("quantity(self) .isLessThan(quantity('2Gi')) && quantity(self).asInteger() == 1048576", "1Mi"),
        ("quantity(self).add(quantity('1')).sub(1).compareTo(quantity('500m')) == 0", "0.5"),
        (
            "isQuantity(self) && !isQuantity('1.2.3') && quantity(self).sign() == -1 && !quantity(self).isInteger()",
            "-100m",
        ),
        (
            "isURL(self) && url(self).getScheme() == 'https' && url(self).getHost() == 'a.example:80'",
            "https://a.example:80/b?c=d",
        ),
        (
            "url(self).getPort() == '80' && url(self).getEscapedPath() == '/b' && url(self).getQuery() == {'c': ['d']}",
            "https://a.example:80/b?c=d",
        ),
        ("ip(self).family() == 4 && ip(self).isGlobalUnicast() && !ip(self).isLoopback()", "10.1.2.3"),
        ("isIP(self) && !isIP('10.0.0') && ip.isCanonical(self) && ip(self).isLinkLocalUnicast()", "fe80::1"),
        ("cidr(self).containsIP('10.0.3.4') && !cidr(self).containsIP(ip('10.1.0.1'))", "10.0.0.0/16"),
        ("cidr(self).containsCIDR('10.0.1.0/24') && cidr(self).prefixLength() == 16 && isCIDR(self)", "10.0.0.0/16"),
        ("cidr(self).masked() == cidr('10.0.0.0/16') && cidr(self).ip() == ip('10.0.1.2')", "10.0.1.2/16"),
        ("self.?a.orValue('x') == 'x' && !has(self.a)", {}),
        ("self.lowerAscii().split(',').join('-') == 'a-b' && '%d'.format([size(self)]) == '3'", "A,B"),
    ],
)
def test_the_library_of_kubernetes_is_there(rule: str, value: Any) -> None:
    assert compiled(rule)(value, ()) is True


@pytest.mark.parametrize(
    ("rule", "value", "why"),
    [
        ("self.a == 1", {}, "no such key: a"),
        ("self[2] == 1", [1], "index out of bounds: 2"),
        ("1 / self == 1", 0, "division by zero"),
        ("self + 1 == 2", "1", "no such overload"),
        ("quantity(self).sign() == 0", "much", "quantities must match the regular expression"),
    ],
)
def test_a_rule_without_a_value_says_why_in_the_words_of_go(rule: str, value: Any, why: str) -> None:
    with pytest.raises(CelError, match=why):
        compiled(rule)(value, ())


def test_an_old_value_that_is_optional_is_none_or_one() -> None:
    rule = compiled("oldSelf.hasValue() ? oldSelf.value() < self : self == 1", optional_old=True)
    assert rule(1, ()) is True
    assert rule(2, ()) is False
    assert rule(2, (1,)) is True


def test_fields_have_the_names_that_expressions_can_say() -> None:
    names = {
        "a-b": "a__dash__b",
        "a.b/c": "a__dot__b__slash__c",
        "in": "__in__",
        "a__b": "a__underscores__b",
        "a b": "",
    }
    assert {name: escaped(name) for name in names} == names


def test_a_pattern_may_be_one_that_only_go_knows() -> None:
    search = matches("^(?i)(warn|abort)?$")
    assert search("WARN")
    assert not search("panic")
    with pytest.raises(CelError):
        matches("(")
