using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Frames;

namespace Tachyon.EdgeTunnel.Tunnel;

/// <summary>
/// What an engine wants done once it has let go of its lock: its session takes locks of its own and calls back.
/// </summary>
internal struct EngineEffects
{
    private GoodbyeReason? _reason;
    private bool _inOrder;
    private string _detail;

    /// <summary>The section of the peer's newest unit that this side holds, or empty: the session's first frame.</summary>
    public byte[]? Shown { get; set; }

    /// <summary>A durable unit waits to be sent.</summary>
    public bool UnitIsDue { get; set; }

    /// <summary>What was refused may be admitted now.</summary>
    public bool Resume { get; set; }

    /// <summary>Nothing is left to exchange.</summary>
    public bool Settled { get; set; }

    /// <summary>The provider's count to be stated.</summary>
    public ulong? StatedBytes { get; set; }

    /// <summary>A closure to be sent; it is durable.</summary>
    public SignedClosure? Closure { get; set; }

    /// <summary>Both closures, for the observer.</summary>
    public (SignedClosure Own, SignedClosure Peer)? Closed { get; set; }

    /// <summary>The newest units, for the observer.</summary>
    public ChannelEvidence? Evidence { get; set; }

    /// <summary>Whether doing it takes no longer than sending a unit.</summary>
    public readonly bool IsBrief => Shown is null && !Resume && !Settled && StatedBytes is null && Closure is null && Closed is null && _reason is null;

    /// <summary>Ends the session, in order or at once.</summary>
    public void End(GoodbyeReason reason, bool inOrder, string detail)
    {
        if (_reason is null)
        {
            (_reason, _inOrder, _detail) = (reason, inOrder, detail);
        }
    }

    /// <summary>Does it all. Call without any lock.</summary>
    public readonly void Apply(IUnitEngineHost? host, UnitEngine engine)
    {
        if (Evidence is { } evidence)
        {
            engine.Observer?.OnEvidence(engine.Channel.ChannelId, evidence);
        }

        if (Closed is var (own, peer))
        {
            engine.Observer?.OnClosed(engine.Channel.ChannelId, own, peer);
        }

        if (host is null)
        {
            return;
        }

        if (Shown is { } shown)
        {
            host.Post(FrameKind.UnitShown, shown);
        }

        if (UnitIsDue)
        {
            host.UnitIsDue();
        }

        if (StatedBytes is { } stated)
        {
            Span<byte> payload = stackalloc byte[StatementPayload.Bytes];
            StatementPayload.Write(payload, stated);
            host.Post(FrameKind.Statement, payload);
        }

        if (Closure is { } closure)
        {
            Span<byte> payload = stackalloc byte[ClosurePayload.Bytes];
            ClosurePayload.Write(payload, closure.Closure.BytesUsed, closure.Closure.ValidUntilSeconds, closure.Signature.ToArray());
            host.Post(FrameKind.ClosureSigned, payload);
        }

        if (Resume)
        {
            host.Resume();
        }

        if (_reason is { } reason)
        {
            if (_inOrder)
            {
                host.End(reason, _detail);
            }
            else
            {
                host.Fail(reason, _detail);
            }
        }

        if (Settled)
        {
            host.Settled();
        }
    }
}
