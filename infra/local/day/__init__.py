"""A synthetic day at three hospitals, told by its sources; the same from the same seed."""

from infra.local.day.ehr import Charge, Message
from infra.local.day.play import Day, DayEvent, DayFile, DayPart, play_day

__all__ = ["Charge", "Day", "DayEvent", "DayFile", "DayPart", "Message", "play_day"]
