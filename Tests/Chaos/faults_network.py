"""Cables that are pulled, and that carry one way only, between the hosts of one service."""


def dropped(suite, fault, times, seconds):
    """Nothing gets through in either direction for a while."""

    def body(round):
        round.start()
        for _ in range(times):
            for host in suite.hosts.values():
                round.published(30)
                host.unplug()
                try:
                    round.injected()
                    round.pass_time(seconds)
                finally:
                    host.plug()
        round.published(60)

    return suite.round(fault, body, needs=["network"], rate=60, hosts=suite.hosts)


def one_way(suite, fault, times, seconds):
    """One direction is cut, the other carries on: one side still hears the other and believes that all is well."""

    def body(round):
        round.start()
        for _ in range(times):
            for host in suite.hosts.values():
                for harm, mend in ((host.deafen, host.undeafen), (host.mute, host.unmute)):
                    round.published(30)
                    harm()
                    try:
                        round.injected()
                        round.pass_time(seconds)
                    finally:
                        mend()
        round.published(60)

    return suite.round(fault, body, needs=["network"], rate=60, hosts=suite.hosts)
