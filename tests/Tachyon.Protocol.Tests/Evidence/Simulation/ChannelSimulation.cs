using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Evidence;

namespace Tachyon.Protocol.Tests.Evidence.Simulation;

/// <summary>What happens to the link, the clocks or the processes at a moment of a run.</summary>
internal enum Trouble
{
    None = 0,
    BreakLink = 1,
    CrashConsumer = 2,
    CrashProvider = 3,
    StepConsumerClock = 4,
    StepProviderClock = 5,
    ChangeDelay = 6,
}

/// <summary>One trouble and when it comes.</summary>
internal readonly record struct TroubleAt(ulong AfterMs, Trouble Kind, int Size);

/// <summary>A whole run, drawn by FsCheck.</summary>
internal sealed record Scenario(
    int Seed,
    uint TolerancePpm,
    bool Datagrams,
    int LossPpm,
    int DelayMs,
    int ChunkBytes,
    int UpstreamPercent,
    int SignAheadKB,
    TroubleAt[] Troubles,
    int UnderWayKB = 1_000);

/// <summary>Two honest ends over a link that breaks, delays and loses, in simulated time.</summary>
internal sealed class ChannelSimulation
{
    private const ulong StepMs = 10;
    private const ulong ReconnectAfterMs = 300;

    private readonly Random _random;
    private readonly Scenario _scenario;
    private bool _connected;
    private ulong _reconnectAtMs;

    internal ChannelSimulation(Scenario scenario, Terms terms)
    {
        _scenario = scenario;
        _random = new Random(scenario.Seed);
        Up = NewLink();
        Down = NewLink();
        Consumer = new SimulatedConsumer(terms)
        {
            SignAheadBytes = (ulong)scenario.SignAheadKB * 1_000,
            MaxUnderWayBytes = scenario.UnderWayKB * 1_000,
        };
        Provider = new SimulatedProvider(terms) { MaxUnderWayBytes = scenario.UnderWayKB * 1_000 };
    }

    internal ulong NowMs { get; private set; } = 1_800_000_000_000;

    internal Link Up { get; }

    internal Link Down { get; }

    internal SimulatedConsumer Consumer { get; }

    internal SimulatedProvider Provider { get; }

    internal int Leaves { get; private set; }

    /// <summary>Whether the consumer left because it may concede no more: the outcome that honest ends may meet.</summary>
    internal bool IsConcessionExhausted { get; private set; }

    internal bool IsIdle =>
        Consumer.WaitingBytes == 0 && Provider.WaitingBytes == 0 && Provider.HeldBytes == 0 && Up.UnderWay == 0 && Down.UnderWay == 0;

    internal void Demand(ulong bytes)
    {
        ulong up = bytes * (ulong)_scenario.UpstreamPercent / 100;
        Consumer.WaitingBytes += up;
        Provider.WaitingBytes += bytes - up;
    }

    /// <summary>Runs until the condition holds or the time is over.</summary>
    internal bool RunUntil(Func<bool> done, ulong atMostMs)
    {
        ulong end = NowMs + atMostMs;
        while (!done() && NowMs < end && !IsConcessionExhausted)
        {
            Step();
        }

        return done();
    }

    internal void Run(ulong forMs) => RunUntil(() => false, forMs);

    internal void Meet(TroubleAt trouble)
    {
        switch (trouble.Kind)
        {
            case Trouble.BreakLink:
                Disconnect();
                break;
            case Trouble.CrashConsumer:
                Disconnect();
                Consumer.Crash();
                break;
            case Trouble.CrashProvider:
                Disconnect();
                Provider.Crash();
                break;
            case Trouble.StepConsumerClock:
                Consumer.ClockOffsetMs = trouble.Size % 25_000;
                break;
            case Trouble.StepProviderClock:
                Provider.ClockOffsetMs = trouble.Size % 25_000;
                break;
            case Trouble.ChangeDelay:
                Up.DelayMs = Down.DelayMs = (ulong)Math.Abs(trouble.Size % 300);
                break;
        }
    }

    private void Step()
    {
        NowMs += StepMs;
        if (!_connected)
        {
            if (NowMs < _reconnectAtMs)
            {
                return;
            }

            _connected = true;
            Consumer.Connect(NowMs);
            Provider.Connect(Down, NowMs);
        }

        while (Up.TryReceive(NowMs, out Parcel parcel))
        {
            Provider.Receive(parcel, Down, NowMs);
        }

        while (Down.TryReceive(NowMs, out Parcel parcel))
        {
            Consumer.Receive(parcel, NowMs);
        }

        Provider.Act(Down, NowMs, _scenario.ChunkBytes);
        Consumer.Act(Up, NowMs, _scenario.ChunkBytes);

        if (Consumer.Leave == LeaveReason.ConcessionTooLarge)
        {
            IsConcessionExhausted = true;
        }
        else if (Consumer.Leave != LeaveReason.None || Provider.Leave != LeaveReason.None)
        {
            Leaves++;
            Disconnect();
        }
    }

    private void Disconnect()
    {
        _connected = false;
        _reconnectAtMs = NowMs + ReconnectAfterMs;
        Up.Break();
        Down.Break();
        Provider.Disconnect();
    }

    private Link NewLink() => new(_random)
    {
        DelayMs = (ulong)_scenario.DelayMs,
        IsDatagrams = _scenario.Datagrams,
        LossPpm = _scenario.LossPpm,
    };
}
