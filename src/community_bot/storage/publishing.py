"""What a transaction of publishing reaches: all its tables."""

from __future__ import annotations

from community_bot.publishing import ports
from community_bot.storage.departures import DepartureTable
from community_bot.storage.destinations import DestinationTable
from community_bot.storage.follows import FollowTable
from community_bot.storage.outbox import OutboxTable
from community_bot.storage.posts import PostTable
from community_bot.storage.schedules import ScheduleTable
from community_bot.storage.transactions import Work


class PublishingTransaction:
    """Implements ``publishing.ports.Transaction``."""

    def __init__(self, work: Work) -> None:
        self.destinations: ports.Destinations = DestinationTable(work)
        self.posts: ports.Posts = PostTable(work)
        self.outbox: ports.Outbox = OutboxTable(work)
        self.schedules: ports.Schedules = ScheduleTable(work)
        self.follows: ports.Follows = FollowTable(work)
        self.departures: ports.Departures = DepartureTable(work)
