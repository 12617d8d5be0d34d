using Tachyon.Protocol.Frames;

namespace Tachyon.EdgeTunnel.Tunnel;

/// <summary>
/// Meters a session and exchanges its units: one side's evidence ledger with its signer and journal around it.
/// </summary>
/// <remarks>
/// Called from the reader, from the sender that holds the gate and from a timer, so it must be thread safe. None of the
/// calls waits: what takes time (the journal) goes on beside and comes back through <see cref="IUnitEngineHost"/>.
/// </remarks>
internal interface IUnitEngine
{
    /// <summary>The session is authenticated; what was left open before is taken up again.</summary>
    void Start(IUnitEngineHost host);

    /// <summary>Counts payload bytes that are about to be sent.</summary>
    /// <returns>Bytes that may be sent now, zero to <paramref name="wantedBytes"/>; they count as used. When zero, the
    /// session waits for <see cref="IUnitEngineHost.Resume"/>.</returns>
    int AdmitSend(int wantedBytes);

    /// <summary>Counts a whole packet that is about to be sent.</summary>
    /// <returns>False when it may not be sent now: none of it is counted then, and it waits as with <see cref="AdmitSend"/>.</returns>
    bool TryAdmitWhole(int bytes);

    /// <summary>Counts payload bytes that arrived.</summary>
    /// <returns>False when they may not be forwarded now: the session holds them uncounted until
    /// <see cref="IUnitEngineHost.Resume"/> and asks again.</returns>
    bool TryCountReceived(int bytes);

    /// <summary>Writes the unit that is due, if any, into the 121 bytes of a unit section; from then on it counts as sent.</summary>
    bool TryWriteDueUnit(Span<byte> section);

    /// <summary>Judges a unit of the peer.</summary>
    void OnUnit(UnitSection section);

    /// <summary>Judges what the peer sent besides units and data: what it shows, statements and closures.</summary>
    /// <returns>False when this side has no use for such a frame: the peer breaks the protocol.</returns>
    bool TryHandle(FrameKind kind, ReadOnlySpan<byte> payload);

    /// <summary>This side is about to tell the peer that it sends no more data: what the peer must know before comes now.</summary>
    void Ending();

    /// <summary>Both sides have stopped sending data and all of it has arrived: settle what is left.</summary>
    /// <param name="toClose">Whether the channel shall be closed, not only the session.</param>
    void Quiesce(bool toClose);

    /// <summary>Time has passed: resend, sign for time, leave a pause that lasts too long.</summary>
    void Tick(TimeSpan roundTripTime);

    /// <summary>The connection is gone; nothing will be sent any more.</summary>
    void Stop();
}

/// <summary>What a unit engine asks of its session.</summary>
internal interface IUnitEngineHost
{
    /// <summary>A unit has become due (and is durable): send it with the next frame, or alone when there is none.</summary>
    void UnitIsDue();

    /// <summary>Bytes that were refused may be admitted now.</summary>
    void Resume();

    /// <summary>Sends a frame of the session, such as a statement or a signed closure.</summary>
    void Post(FrameKind kind, ReadOnlySpan<byte> payload);

    /// <summary>Nothing is left to exchange after <see cref="IUnitEngine.Quiesce"/>.</summary>
    void Settled();

    /// <summary>Ends the session in order.</summary>
    void End(GoodbyeReason reason, string detail);

    /// <summary>Ends the session at once: service cannot go on.</summary>
    void Fail(GoodbyeReason reason, string detail);
}
