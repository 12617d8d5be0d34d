using Tachyon.EdgeTunnel.Tests.Tunnel;
using Tachyon.EdgeTunnel.Tunnel;
using Tachyon.Protocol.Amounts;
using Tachyon.Protocol.Signing;
using Tachyon.Protocol.Units;

namespace Tachyon.EdgeTunnel.Tests.Cheats;

/// <summary>Answers every unit, as an honest provider does.</summary>
internal class AnsweringProvider(TunnelChannel channel, Eip712Domain domain) : RogueEngine(channel, TestChannels.Provider, domain)
{
    protected const ulong MB = 1_000_000;

    protected override void Begin() => State(CountBytes);

    protected override void Answer(SignedUnit unit) => Send(Sign(unit.Unit.BytesUsed, unit.Unit.StructHash()));
}

/// <summary>States more than it sent, so that the consumer signs for it as lost.</summary>
internal sealed class OverstatingProvider(TunnelChannel channel, Eip712Domain domain, ulong invented) : AnsweringProvider(channel, domain)
{
    private long _statedAtMs;

    protected override void Begin() => State(CountBytes + invented);

    // Again and again, whatever was conceded before.
    public override void Tick(TimeSpan roundTripTime)
    {
        if (Environment.TickCount64 - _statedAtMs > 250)
        {
            _statedAtMs = Environment.TickCount64;
            State(Math.Max(CountBytes, Received?.Unit.BytesUsed ?? 0) + invented);
        }
    }
}

/// <summary>Once the consumer has signed for so much, signs far more than it ever sent.</summary>
internal sealed class OverbillingProvider(TunnelChannel channel, Eip712Domain domain) : AnsweringProvider(channel, domain)
{
    protected override void Answer(SignedUnit unit)
    {
        if (unit.Unit.BytesUsed < 8 * MB)
        {
            base.Answer(unit);
        }
        else
        {
            Send(Sign(ByteCounts.RoundUpToKB(CountBytes) + (20 * MB), unit.Unit.StructHash()));
        }
    }
}

/// <summary>Serves a while, then sends nothing and says that it waits for signatures.</summary>
internal sealed class StoppingProvider(TunnelChannel channel, Eip712Domain domain) : AnsweringProvider(channel, domain)
{
    protected override bool MayServe => CountBytes < 8 * MB;

    public override void Tick(TimeSpan roundTripTime)
    {
        if (!MayServe)
        {
            State(CountBytes);
        }
    }
}

/// <summary>Once the consumer has signed for so much, answers under another's key.</summary>
internal sealed class ForgingProvider(TunnelChannel channel, Eip712Domain domain) : AnsweringProvider(channel, domain)
{
    private static readonly KeySigner Stranger = new(TestChannels.Key(99));

    protected override void Answer(SignedUnit unit)
    {
        if (unit.Unit.BytesUsed < 8 * MB)
        {
            base.Answer(unit);
        }
        else
        {
            Send(Sign(unit.Unit.BytesUsed, unit.Unit.StructHash(), by: Stranger));
        }
    }
}

/// <summary>Answers every unit with its first one, and goes on serving.</summary>
internal sealed class ReplayingProvider(TunnelChannel channel, Eip712Domain domain) : AnsweringProvider(channel, domain)
{
    private SignedUnit? _first;

    protected override void Answer(SignedUnit unit) => Send(_first ??= Sign(unit.Unit.BytesUsed, unit.Unit.StructHash()));
}

/// <summary>Once the consumer has signed for so much, signs less each time: whichever two arrive are a contradiction.</summary>
internal sealed class ContradictingProvider(TunnelChannel channel, Eip712Domain domain) : AnsweringProvider(channel, domain)
{
    private ulong _lower;

    protected override void Answer(SignedUnit unit)
    {
        if (unit.Unit.BytesUsed < 8 * MB)
        {
            base.Answer(unit);
        }
        else
        {
            _lower = _lower == 0 ? 4 * MB : _lower - 1_000;
            Send(Sign(_lower, unit.Unit.StructHash()));
        }
    }
}
