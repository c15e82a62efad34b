"""A time as a source says it: to the day or the second, with or without its zone."""

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo


def utc_second(moment: dt.datetime) -> str:
    """A moment to the second, in UTC: such texts stand in the order of time."""
    return moment.astimezone(dt.UTC).isoformat(timespec="seconds")


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceTime:
    """A stated time. Without an offset it is the wall clock of the facility it came from (CLS2)."""

    day: dt.date
    time: dt.time | None = None
    offset_minutes: int | None = None

    def facility_day(self, zone: ZoneInfo) -> dt.date:
        """The facility-local date of the fact (USE8).

        23:30 at -08:00 is that day, whatever UTC says.
        """
        if self.time is None or self.offset_minutes is None:
            return self.day
        stated = dt.timezone(dt.timedelta(minutes=self.offset_minutes))
        return dt.datetime.combine(self.day, self.time, stated).astimezone(zone).date()

    def latest_moment(self, zone: ZoneInfo) -> dt.datetime:
        """The last second, in UTC, that it can mean: of a day without a time, its last one."""
        time = self.time or dt.time(23, 59, 59)
        where: dt.tzinfo = zone
        if self.time is not None and self.offset_minutes is not None:
            where = dt.timezone(dt.timedelta(minutes=self.offset_minutes))
        try:
            return dt.datetime.combine(self.day, time, where).astimezone(dt.UTC)
        except OverflowError:  # at either end of the calendar
            return dt.datetime.combine(self.day, time, dt.UTC)

    def __str__(self) -> str:
        """ISO 8601, no more exact than the source was."""
        if self.time is None:
            return self.day.isoformat()
        if self.offset_minutes is None:
            return f"{self.day.isoformat()}T{self.time.isoformat()}"
        stated = dt.timezone(dt.timedelta(minutes=self.offset_minutes))
        return dt.datetime.combine(self.day, self.time, stated).isoformat()
