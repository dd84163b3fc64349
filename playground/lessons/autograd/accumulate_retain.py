"""One graph, walked back again and again."""

import torch


def walk(calls, *, operation="product", retain_graph=True):
    x = torch.tensor(4.0)
    w = torch.tensor(3.0, requires_grad=True)
    b = torch.tensor(1.0, requires_grad=True)

    # The product keeps x, because x is dz/dw. A sum keeps nothing:
    # its derivatives are 1, whatever went in.
    z = w * x + b if operation == "product" else w + b
    yield z, w, b

    for _ in range(calls):
        # With False, what the graph keeps is freed on the way.
        z.backward(retain_graph=retain_graph)
        yield z, w, b
