import torch

model = torch.nn.Linear(1, 1)
checkpoint = torch.load("checkpoint.pt", weights_only=True)
model.load_state_dict(checkpoint["model_state_dict"])

# and, to train on as if nothing had happened:
optimizer = torch.optim.SGD(model.parameters())
optimizer.load_state_dict(checkpoint["optimizer_state_dict"])
