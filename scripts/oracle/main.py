"""Learns each case on standard input by the statement of its rule, and prints how far the other side's result is."""

import importlib.util
import json
import math
import re
import sys

import torch

import pulses
from network import Network, Unstated
from neurons import OutOfReach
from task import Task


def main():
    torch.set_default_dtype(torch.float64)
    torch.set_num_threads(1)
    for line in sys.stdin:
        print(json.dumps(answer(json.loads(line))), flush=True)


def answer(case):
    if "pairs" in case:
        return pulses.refreshed(case["pairs"])
    if "preset" in case:
        return pulses.preset_fields(case["preset"])
    try:
        return pulses.judge(case) if "simulator" in case else judge(case)
    except (Unstated, OutOfReach) as error:
        return {"error": str(error)}


def judge(case):
    weights = {name: parameter(weight) for name, weight in case["before"].items()}
    before = {name: weight.detach().clone() for name, weight in weights.items()}
    rule = statement(case["rule"]["name"])
    network = getattr(rule, "Network", Network)(case["network"], weights)
    options = case["rule"]["options"]
    x = tensor(case["input"])
    task = Task(
        labels=torch.tensor(case["labels"]),
        classes=case["classes"],
        loss_name=case["rule"]["loss"],
        rate=case["rule"]["rate"],
        seed=case["seed"],
        weights=weights,
        rewards=torch.tensor(case["rewards"]) if "rewards" in case else None,
    )
    fired, unlike = compare_spikes(network, x, case["spikes"]) if "spikes" in case else (0, 0)
    rule.train(network, x, task, options)
    differences = {
        name: difference(tensor(case["after"][name]) - before[name], weight.detach() - before[name])
        for name, weight in weights.items()
    }
    where = max(differences, key=differences.get)
    if not math.isfinite(differences[where]):
        return {"error": f"{where} is not finite"}
    return {"difference": differences[where], "where": where, "fired": fired, "unlike": unlike}


def difference(change, wanted):
    """The largest difference of two changes of a weight, relative to its largest change."""
    largest = wanted.abs().max().item()
    apart = (change - wanted).abs().nan_to_num(nan=math.inf).max().item()
    return apart / largest if largest > 0 else apart


def compare_spikes(network, x, given):
    """How many neurons fire, over all steps of the units named, and how many do so on one side alone."""
    fired = unlike = 0
    with torch.no_grad():
        for step, moment in enumerate(network.moments(x)):
            for part in network.timed:
                moment = part(moment)
                if part.name in given:
                    there = tensor(given[part.name][step])
                    fired += int(moment.sum())
                    unlike += int((moment != there).sum())
    return fired, unlike


def statement(rule):
    name = re.sub("[A-Z]", lambda capital: f"_{capital[0].lower()}", rule)
    if importlib.util.find_spec(f"rules.{name}") is None:
        raise Unstated(f"no statement of the rule '{rule}': scripts/oracle/rules/{name}.py is missing")
    return importlib.import_module(f"rules.{name}")


def tensor(values):
    return torch.tensor(values["values"], dtype=torch.float64).reshape(values["shape"])


def parameter(values):
    return torch.nn.Parameter(tensor(values))


if __name__ == "__main__":
    main()
