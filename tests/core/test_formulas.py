import numpy as np

from playground.core.formulas import formula


def test_a_formula_says_what_the_weights_say():
    weights = np.array([0.5, -1.25e-5, 0.0, 1e-20, 3.0])
    said = formula(weights, str)
    assert said == r"$y = 0.5$ $-1.25\cdot 10^{-5}\,x$ $+3\,x^4$"
    assert formula(np.zeros(2), str) == "$y = 0$"
    assert formula(np.array([1.0, np.inf]), str) == "not finite"
