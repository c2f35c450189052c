"""The whole demo city as a plan, before anything is written."""

from dataclasses import dataclass
from datetime import date
from random import Random

from imports.demo.attainments import AttainmentPlan, plan_attainments
from imports.demo.city import FULL, City, CitySize, plan_city
from imports.demo.devices import DevicePlan, Numbers, plan_mobile
from imports.demo.installed import plan_installed
from imports.demo.lives import live
from imports.demo.milestones import Progress, plan_progress
from imports.demo.money import MoneyPlan, plan_money
from imports.demo.orders import OrderPlan, plan_orders
from imports.demo.works import WorksPlan, plan_works

SEED = 2020
#: The history of the city ends here, or today if that is earlier.
LAST_DAY = date(2026, 11, 13)


@dataclass(slots=True)
class Demo:
    city: City
    works: WorksPlan
    devices: list[DevicePlan]
    orders: list[OrderPlan]
    attainments: list[AttainmentPlan]
    progress: Progress
    money: MoneyPlan


def plan_demo(today: date, size: CitySize = FULL, seed: int = SEED) -> Demo:
    """The same plan for the same arguments; nothing in it lies after ``today``."""
    until = min(today, LAST_DAY)
    city = plan_city(size, seed)
    for school in city.schools:
        school.heads = [heads for heads in school.heads if heads.on <= until]
    works = plan_works(city, size, seed, until)
    numbers = Numbers(Random(f"{seed}/numbers"))
    devices = plan_mobile(city, size, seed, numbers)
    devices += plan_installed(city, works, size, seed, numbers)
    live(devices, city, seed, until)
    devices = [device for device in devices if device.states]
    orders = plan_orders(devices, size, numbers, until)
    return Demo(
        city,
        works,
        devices,
        orders,
        plan_attainments(city, works, seed, until),
        plan_progress(city, works, seed, until),
        plan_money(city, works, devices, orders, size, seed, until),
    )
