using FsCheck;
using FsCheck.Fluent;
using Tachyon.Protocol.Frames;

namespace Tachyon.EdgeTunnel.Tests.Tunnel.Honest;

/// <summary>
/// Two honest peers never end in a dispute or a stall, whatever breaks in between: whole sessions over connections that break,
/// delays that change, clocks that are set, processes that are killed. TACHYON_HONEST_CASES makes it a long run.
/// </summary>
public sealed class HonestSessionsTests
{
    private const int DefaultCases = 12;

    internal enum Trouble
    {
        Break = 1,
        KillConsumer = 2,
        KillProvider = 3,
        SetConsumerClock = 4,
        SetProviderClock = 5,
        ChangeDelay = 6,
        EndInOrder = 7,
    }

    internal sealed record Event(Trouble Kind, int AfterMs, int TransferKB, bool Upload, int Size);

    internal sealed record Story(int DelayMs, Event[] Events)
    {
        public override string ToString() => $"delay {DelayMs} ms; {string.Join("; ", Events.Select(one => one.ToString()))}";
    }

    private static readonly Gen<Event> Events =
        from kind in Gen.Choose(1, 7)
        from after in Gen.Choose(20, 1_500)
        from transfer in Gen.Choose(1, 6_000)
        from upload in Gen.Elements(true, false)
        from size in Gen.Choose(-25_000, 25_000)
        select new Event((Trouble)kind, after, transfer, upload, size);

    private static readonly Gen<Story> Stories =
        from delay in Gen.Choose(0, 200)
        from events in Events.ArrayOf().Resize(7)
        select new Story(delay, events);

    [Fact]
    public void HonestPeers_WhateverBreaksInBetween_MoveTheRestAndSettle()
    {
        var cases = int.TryParse(Environment.GetEnvironmentVariable("TACHYON_HONEST_CASES"), out var wanted) ? wanted : DefaultCases;
        Prop.ForAll(Stories.ToArbitrary(), story => RunAsync(story).GetAwaiter().GetResult())
            .Check(FsCheck.Config.QuickThrowOnFailure.WithMaxTest(cases).WithReplay(20_261_122, 1));
    }

    private static async Task<bool> RunAsync(Story story)
    {
        await using var world = new HonestSessions(TimeSpan.FromMilliseconds(story.DelayMs));
        await world.ConnectAsync();
        foreach (var one in story.Events)
        {
            if (!world.IsConnected)
            {
                await world.BreakAsync();
                await world.RunAsync(TimeSpan.FromMilliseconds(200));
                await world.ConnectAsync();
            }

            await world.TryStartTransferAsync(one.TransferKB * 1_000, one.Upload);
            await world.RunAsync(TimeSpan.FromMilliseconds(one.AfterMs));
            await MeetAsync(world, one);
        }

        // From here on nothing breaks any more.
        await world.BreakAsync();
        await world.RunAsync(TimeSpan.FromSeconds(1));
        await world.ConnectAsync();
        var before = world.DeliveredBytes;
        const int RestBytes = 3_000_000;
        var moved = await world.TryStartTransferAsync(RestBytes / 2, upload: false)
            && await world.TryStartTransferAsync(RestBytes / 2, upload: true)
            && await world.RunUntilAsync(() => world.DeliveredBytes >= before + RestBytes, TimeSpan.FromMinutes(6));
        if (!moved && world.LostBytes + (long)world.Consumer.ForgottenBytes > 5_000_000)
        {
            // More than may ever be conceded; leaving is right then.
            return true;
        }

        var ending = world.Consumer.Session!.EndAsync(GoodbyeReason.Orderly, "done");
        var ended = await world.RunUntilAsync(() => ending.IsCompleted, TimeSpan.FromMinutes(6));
        Assert.True(moved, $"{world.DeliveredBytes - before} of the last {RestBytes} bytes came: {world.Describe()}");
        Assert.True(ended && (await ending).Settled, $"the end did not settle: {world.Describe()}");
        Assert.DoesNotContain(world.Ends, end => end.Reason is GoodbyeReason.Dispute or GoodbyeReason.UnitRefused or GoodbyeReason.ProtocolViolation or GoodbyeReason.InternalError);
        AssertConsistent(world.Consumer.Seen);
        AssertConsistent(world.Provider.Seen);
        return true;
    }

    private static async Task MeetAsync(HonestSessions world, Event one)
    {
        switch (one.Kind)
        {
            case Trouble.Break:
                await world.BreakAsync();
                break;
            case Trouble.KillConsumer:
                await world.KillAsync(world.Consumer);
                break;
            case Trouble.KillProvider:
                await world.KillAsync(world.Provider);
                break;
            case Trouble.SetConsumerClock:
                world.Consumer.Time.Offset = TimeSpan.FromMilliseconds(one.Size);
                break;
            case Trouble.SetProviderClock:
                world.Provider.Time.Offset = TimeSpan.FromMilliseconds(one.Size);
                break;
            case Trouble.ChangeDelay:
                world.Delay = TimeSpan.FromMilliseconds(Math.Abs(one.Size) % 300);
                break;
            case Trouble.EndInOrder when world.Consumer.Session is { } session:
                var ending = session.EndAsync(GoodbyeReason.Orderly, "for now");
                Assert.True(await world.RunUntilAsync(() => ending.IsCompleted, TimeSpan.FromMinutes(6)), "an orderly end takes its time limit at most");
                break;
        }
    }

    // One index has one content, and a higher index no fewer bytes: else the other side holds a proof against an honest node.
    private static void AssertConsistent(IReadOnlyCollection<UnitSeen> seen)
    {
        foreach (var same in seen.GroupBy(unit => unit.Index))
        {
            Assert.Single(same.Select(unit => unit.Content).Distinct());
        }

        var byIndex = seen.DistinctBy(unit => unit.Index).OrderBy(unit => unit.Index).Select(unit => unit.BytesUsed).ToList();
        Assert.Equal(byIndex.Order(), byIndex);
    }
}
