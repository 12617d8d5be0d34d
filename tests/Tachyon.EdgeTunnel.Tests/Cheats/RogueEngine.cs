using Tachyon.EdgeTunnel.Tunnel;
using Tachyon.Protocol.Frames;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Signing;
using Tachyon.Protocol.Units;

namespace Tachyon.EdgeTunnel.Tests.Cheats;

/// <summary>
/// One end of a channel without a ledger: counts what really goes through its sessions and signs whatever its role wants. Handed
/// to a real session, so that handshake, records, frames and streams are those of an honest node.
/// </summary>
internal abstract class RogueEngine(TunnelChannel channel, KeySigner signer, Eip712Domain domain) : IUnitEngine
{
    private readonly Lock _lock = new();
    private SignedUnit? _due;
    private ulong _index;
    private ulong _usedBytes;

    /// <summary>Payload bytes, both directions, over all sessions: the truth.</summary>
    public ulong UsedBytes
    {
        get
        {
            lock (_lock)
            {
                return _usedBytes;
            }
        }
    }

    /// <summary>The newest unit that it signed.</summary>
    public SignedUnit? Signed { get; private set; }

    /// <summary>The newest unit of the other side.</summary>
    public SignedUnit? Received { get; private set; }

    /// <summary>What the other side stated last, if it is the provider.</summary>
    public ulong? StatedBytes { get; private set; }

    /// <summary>Statements that have come in this session.</summary>
    public int Statements { get; private set; }

    protected IUnitEngineHost? Host { get; private set; }

    protected ulong CountBytes => _usedBytes;

    /// <summary>Signs a unit as the contract takes it, whoever may read it.</summary>
    public SignedUnit Sign(ulong bytesUsed, Bytes32 counterUnit, KeySigner? by = null, ulong? index = null) => SignedUnit.Sign(
        new UsageUnit(
            channel.ChannelId, index ?? ++_index, bytesUsed, channel.Terms.Consumer, channel.Terms.Provider,
            (ulong)DateTimeOffset.UtcNow.ToUnixTimeMilliseconds(), counterUnit),
        by ?? signer,
        domain);

    public void Start(IUnitEngineHost host)
    {
        Host = host;
        Statements = 0;
        host.Post(FrameKind.UnitShown, Received is { } known ? SectionOf(known) : []);
        Begin();
    }

    public int AdmitSend(int wantedBytes) => MayServe && TryCountReceived(wantedBytes) ? wantedBytes : 0;

    public bool TryAdmitWhole(int bytes) => TryCountReceived(bytes);

    public bool TryCountReceived(int bytes)
    {
        Do(() =>
        {
            _usedBytes += (ulong)bytes;
            Counted();
        });
        return true;
    }

    public bool TryWriteDueUnit(Span<byte> section)
    {
        lock (_lock)
        {
            if (_due is not { } due)
            {
                return false;
            }

            _due = null;
            Write(due, section);
            return true;
        }
    }

    public void OnUnit(UnitSection section)
    {
        var unit = Read(section);
        Do(() =>
        {
            Received = unit;
            Answer(unit);
        });
    }

    public bool TryHandle(FrameKind kind, ReadOnlySpan<byte> payload)
    {
        if (kind == FrameKind.Statement && StatementPayload.TryRead(payload, out var stated) == FrameError.None)
        {
            Do(() =>
            {
                StatedBytes = stated;
                Statements++;
                Told();
            });
        }

        return true;
    }

    public void Ending()
    {
    }

    // It has nothing to exchange, whatever the other side waits for.
    public void Quiesce(bool toClose) => Host?.Settled();

    public virtual void Tick(TimeSpan roundTripTime)
    {
    }

    public void Stop() => Host = null;

    /// <summary>Whether more is sent.</summary>
    protected virtual bool MayServe => true;

    /// <summary>A session has begun.</summary>
    protected virtual void Begin()
    {
    }

    /// <summary>More went through.</summary>
    protected virtual void Counted()
    {
    }

    /// <summary>The provider has stated its count.</summary>
    protected virtual void Told()
    {
    }

    /// <summary>The other side has signed.</summary>
    protected virtual void Answer(SignedUnit unit)
    {
    }

    /// <summary>Sends a unit with the next frame. A later one replaces it.</summary>
    protected void Send(SignedUnit unit)
    {
        Signed = Signed is { } before && before.Unit.BytesUsed > unit.Unit.BytesUsed ? before : unit;
        _due = unit;
    }

    /// <summary>Decides under the lock, and calls the session after it.</summary>
    protected void Do(Action step)
    {
        bool isDue;
        lock (_lock)
        {
            step();
            isDue = _due is not null;
        }

        if (isDue)
        {
            Host?.UnitIsDue();
        }
    }

    protected void State(ulong bytes)
    {
        Span<byte> payload = stackalloc byte[StatementPayload.Bytes];
        StatementPayload.Write(payload, bytes);
        Host?.Post(FrameKind.Statement, payload);
    }

    private SignedUnit Read(UnitSection section) => new(
        new UsageUnit(
            channel.ChannelId, section.Index, section.BytesUsed, channel.Terms.Consumer, channel.Terms.Provider, section.TimestampMs,
            Bytes32.FromBytes(section.CounterUnit)),
        Signature.FromBytes(section.Signature));

    private static byte[] SectionOf(SignedUnit unit)
    {
        var section = new byte[FrameLayout.UnitSectionBytes];
        Write(unit, section);
        return section;
    }

    private static void Write(SignedUnit unit, Span<byte> section) => UnitSection.Write(
        section, unit.Unit.Index, unit.Unit.BytesUsed, unit.Unit.TimestampMs, unit.Unit.CounterUnit.ToArray(), unit.Signature.ToArray());
}
