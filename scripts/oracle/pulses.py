"""What pulses add to devices, mean and spread: by aihwkit itself, whose draws nobody can seed, and by NeuroSim's
equations, G(P) of P pulses and its inverse, with the constant of a nonlinearity label from its definition."""

import dataclasses
import functools
import math

import numpy
import torch

RNG = numpy.random.default_rng(5)
SIDE = 100


def judge(case):
    """The largest difference in standard errors, of how many, and which points are beyond three."""
    simulate = {"aihwkit": aihwkit_states, "neurosim": neurosim_states}[case["simulator"]]
    rows = []
    for point in case["points"]:
        added = simulate(case, point["state"], point["way"]) - point["state"]
        mean, deviation, fourth = moments(added)
        count, ours = case["devices"], point["deviation"]
        # ours are kept in whole units: rounded by chance, they spread by up to a sixth of its square
        expected = min(max(ours, deviation), math.sqrt(deviation**2 + case["unit"] ** 2 / 6))
        of_deviations = math.hypot(
            error_of_deviation(ours, point["fourth"], count), error_of_deviation(deviation, fourth, count)
        )
        errors = {
            "mean": errors_of(point["mean"] - mean, math.hypot(ours, deviation) / math.sqrt(count)),
            "spread": errors_of(ours - expected, of_deviations),
        }
        rows.extend((error, point, what) for what, error in errors.items())
    errors, point, what = max(rows, key=lambda row: row[0])
    where = f"{what} at {point['share']} of the range, {'up' if point['way'] > 0 else 'down'}"
    beyond = [{"share": at["share"], "way": at["way"]} for error, at, _ in rows if not error <= 3]
    return {"errors": errors, "of": len(rows), "where": where, "beyond": beyond}


def moments(values):
    mean = values.mean()
    return mean, values.std(ddof=1), ((values - mean) ** 4).mean()


def errors_of(difference, error):
    return abs(difference) / error if difference != 0 else 0.0


def error_of_deviation(deviation, fourth, count):
    return 0.0 if deviation == 0 else math.sqrt(max(fourth - deviation**4, 0) / count) / (2 * deviation)


def preset_fields(name):
    from aihwkit.simulator.presets import devices

    return {"class": name, **dataclasses.asdict(getattr(devices, name)())}


def refreshed(states):
    """Which pairs of PCM devices with these states, [plus][minus], aihwkit refreshes at the end of an update."""
    from aihwkit.simulator.configs import IOParameters, OneSidedUnitCell, UnitCellRPUConfig, UpdateParameters
    from aihwkit.simulator.parameters.enums import PulseType
    from aihwkit.simulator.presets.devices import PCMPresetDevice
    from aihwkit.simulator.tiles import AnalogTile

    cell = OneSidedUnitCell(
        unit_cell_devices=[PCMPresetDevice(w_max_dtod=0), PCMPresetDevice(w_max_dtod=0)],
        refresh_every=1,
        refresh_forward=IOParameters(is_perfect=True),
        refresh_update=UpdateParameters(pulse_type=PulseType.NONE),
    )
    side = len(states)
    tile = AnalogTile(side, side, UnitCellRPUConfig(device=cell))
    hidden = tile.get_hidden_parameters()
    column = torch.tensor(states, dtype=torch.float32)
    before = {"hidden_weights_0": column[:, None].repeat(1, side), "hidden_weights_1": column[None, :].repeat(side, 1)}
    tile.set_hidden_parameters({**hidden, **{name: states.clone() for name, states in before.items()}})
    tile.set_learning_rate(1e-12)
    tile.update(*(torch.full((1, side), 1e-9, dtype=torch.float32) for _ in range(2)))
    after = tile.get_hidden_parameters()
    moved = sum((after[name] - states).abs() for name, states in before.items())
    return (moved > 1e-3).tolist()


def aihwkit_states(case, state, way):
    from aihwkit.simulator.configs import SingleRPUConfig, UpdateParameters
    from aihwkit.simulator.configs import devices
    from aihwkit.simulator.parameters.enums import PulseType
    from aihwkit.simulator.tiles import AnalogTile

    fields = dict(case["device"])
    device = getattr(devices, fields.pop("class"))(**fields)
    # a train of one slot in which all coincide, as the rate is far above a step of any device
    one_pulse = UpdateParameters(
        desired_bl=1,
        update_bl_management=False,
        update_management=False,
        pulse_type=PulseType.STOCHASTIC_COMPRESSED,
    )
    tile = AnalogTile(SIDE, SIDE, SingleRPUConfig(device=device, update=one_pulse))
    tile.set_learning_rate(1e3)
    tile.set_weights(torch.full((SIDE, SIDE), state, dtype=torch.float32))
    x, d = (torch.full((1, SIDE), value, dtype=torch.float32) for value in (1, -way))
    for _ in range(case["pulses"]):
        tile.update(x, d)
    return tile.get_weights()[0].double().numpy().ravel()


def neurosim_states(case, state, way):
    device, pulses = case["device"], way * case["pulses"]
    label, levels = (device["up"], device["levelsUp"]) if way > 0 else (device["down"], device["levelsDown"])
    labels = label + device["spread"] * RNG.standard_normal(case["devices"] if device["spread"] > 0 else 1)
    a = levels * constants_of(labels)
    b = 1 / (1 - numpy.exp(-levels / a))
    before = -a * numpy.log(1 - state / b)
    after = b * (1 - numpy.exp(-(before + pulses) / a))
    noise = device["cycle"] * math.sqrt(abs(pulses)) * RNG.standard_normal(case["devices"])
    return numpy.clip(after + noise, 0, 1)


def constants_of(labels):
    """Of each label: the largest distance of the curve from the diagonal, across it, is 0.07 times the label."""
    candidates, distances = distances_of_curves()
    return numpy.sign(labels) * numpy.interp(numpy.abs(labels) * 0.07, distances, candidates)


@functools.cache
def distances_of_curves():
    at = numpy.linspace(0, 1, 2001)
    candidates = numpy.geomspace(50, 0.02, 4000)
    curves = (1 - numpy.exp(-at[None, :] / candidates[:, None])) / (1 - numpy.exp(-1 / candidates[:, None]))
    return candidates, (curves - at).max(axis=1) / math.sqrt(2)
