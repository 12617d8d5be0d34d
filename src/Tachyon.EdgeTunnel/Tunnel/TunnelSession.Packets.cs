using Tachyon.EdgeTunnel.Tun;
using Tachyon.Protocol.Frames;
using Tachyon.Protocol.Sessions;

namespace Tachyon.EdgeTunnel.Tunnel;

/// <content>The path for whole packets beside a session.</content>
internal sealed partial class TunnelSession
{
    private static readonly TimeSpan PacketsUnderWay = TimeSpan.FromMilliseconds(150);

    private volatile IPacketPath? _packets;
    private TaskCompletionSource<byte[]>? _packetsAnswer;

    /// <summary>What a provider's session offers; null where it carries no packets.</summary>
    public PacketOffer? Packets { get; init; }

    /// <summary>Asks the provider for a path for packets. Consumers only, and once.</summary>
    /// <param name="open">The <see cref="PacketsOpenPayload"/>.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>The <see cref="PacketsOpenedPayload"/>; empty where the provider carries none, or the session ended first.</returns>
    public async Task<byte[]> AskForPacketsAsync(ReadOnlyMemory<byte> open, CancellationToken cancellationToken)
    {
        var answer = new TaskCompletionSource<byte[]>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            if (_role != SessionRole.Consumer || _packetsAnswer is not null)
            {
                throw new InvalidOperationException("Only consumers ask for a path for packets, and once in a session.");
            }

            if (_phase != SessionPhase.Open)
            {
                return [];
            }

            _packetsAnswer = answer;
        }

        Post(FrameKind.PacketsOpen, 0, open.Span);
        return await answer.Task.WaitAsync(cancellationToken);
    }

    /// <summary>From now on the session tells the path what concerns it, and ends it when it ends itself.</summary>
    public void Attach(IPacketPath packets)
    {
        _packets = packets;
        if (_phase == SessionPhase.Ended)
        {
            packets.Dispose();
        }
        else if (_phase == SessionPhase.Ending)
        {
            packets.EndSending();
        }
    }

    private string? OnPacketsOpen(ReadOnlySpan<byte> payload)
    {
        if (_role != SessionRole.Provider || _packets is not null || PacketsOpenPayload.TryRead(payload, out var open) != FrameError.None)
        {
            return "a wish for packets that is malformed or not due";
        }

        Span<byte> answer = stackalloc byte[PacketsOpenedPayload.Bytes];
        var path = _phase == SessionPhase.Open ? Packets?.Service.Open(Packets.Channel, _engine, Packets.Rate, open, answer) : null;
        if (path is null)
        {
            Post(FrameKind.PacketsOpened, 0, default);
            return null;
        }

        Attach(path);
        Post(FrameKind.PacketsOpened, 0, answer);
        return null;
    }

    private string? OnPacketsOpened(ReadOnlySpan<byte> payload)
    {
        if (_packetsAnswer is not { } pending || PacketsOpenedPayload.TryRead(payload, out _) != FrameError.None)
        {
            return "an answer about packets that is malformed or not due";
        }

        return pending.TrySetResult(payload.ToArray()) ? null : "a second answer about packets";
    }

    private void EndPackets()
    {
        _packetsAnswer?.TrySetResult([]);
        _packets?.Dispose();
    }
}
