"""Pasts of devices, made up: the hours of two weeks, as roll-ups have them."""

from people import query

HOURS = 14 * 24

# By the hour of the day, with a little that differs from day to day.
CELL = "-18 + 0.4 * SIN(seq * 0.2618) + 0.05 * (seq * 7 % 5 - 2)"
STEADY = "1000 + 10 * (seq * 7 % 5 - 2)"


def number_of(stack, device_id):
    return query(stack, f"SELECT number FROM devices WHERE id = '{device_id}'")[0][0]


def hours(devices):
    """A row for each hour of the past two weeks of some devices: `number`, `at` and `seq`."""
    return (f"(SELECT d.number, CAST(s.seq AS SIGNED) AS seq, TIMESTAMP(DATE_FORMAT("
            f"UTC_TIMESTAMP() - INTERVAL s.seq HOUR, '%Y-%m-%d %H:00:00')) AS at "
            f"FROM seq_1_to_{HOURS} s JOIN devices d ON {devices}) h")


def cooled(stack, devices, mean=CELL):
    """Cold cells, from -18 degrees half a degree up and down within each hour."""
    query(stack, f"""
        INSERT INTO reading_rollups (device_number, length_seconds, starts_at, readings,
            temperature_min, temperature_max, temperature_sum, temperature_squares,
            humidity_readings, humidity_sum, battery_readings, battery_sum)
        SELECT number, 3600, at, 12, mean - 0.5 - 0.02 * (seq % 3), mean + 0.5 + 0.02 * (seq % 4),
            12 * mean, 12 * mean * mean, 0, 0, 0, 0
        FROM (SELECT h.*, {mean} AS mean FROM {hours(devices)}) m""")


def powered(stack, devices, kind, mean):
    query(stack, f"""
        INSERT INTO energy_rollups (device_number, type, length_seconds, starts_at, readings,
            power_w_min, power_w_max, power_w_sum, power_w_squares, energy_wh)
        SELECT number, '{kind}', 3600, at, 12, mean * 0.95, mean * 1.05, 12 * mean,
            12 * mean * mean, mean
        FROM (SELECT h.*, {mean} AS mean FROM {hours(devices)}) m""")
