using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Abstractions;
using Tachyon.EdgeTunnel.Tunnel;
using Tachyon.Protocol.Sessions;
using Tachyon.Protocol.Signing;
using Tachyon.Testing;

namespace Tachyon.EdgeTunnel.Tests.Tunnel.Honest;

/// <summary>
/// A consumer's and a provider's whole sessions (streams, gates, engines, journals) over connections in virtual time, one after
/// the other on one channel. Time stands still until both have taken in what has arrived.
/// </summary>
internal sealed class HonestSessions : IAsyncDisposable
{
    // Virtual time may run ahead of a thread that the machine does not let run: the limits that would notice are far off.
    private static readonly TunnelOptions Options = new() { EndTimeout = TimeSpan.FromMinutes(5), PeerTimeout = TimeSpan.FromMinutes(10) };

    private readonly TestChannel _test = new();
    private readonly FakeTimeProvider _time = new();
    private readonly ConcurrentQueue<SessionEnd> _ends = new();
    private readonly List<TimedLink> _links = [];
    private readonly ConcurrentBag<Task> _traffic = [];
    private long _deliveredBytes;
    private MemoryExit _exit = new();

    public HonestSessions(TimeSpan delay)
    {
        Delay = delay;
        Consumer = new Side(_test.Consumer, new SteppedTime(_time));
        Provider = new Side(_test.Provider, new SteppedTime(_time));
    }

    public TimeSpan Delay { get; set; }

    /// <summary>How far virtual time goes at once.</summary>
    public TimeSpan Step { get; init; } = TimeSpan.FromMilliseconds(20);

    /// <summary>How much may be on its way in either direction.</summary>
    public long LinkBytes { get; init; } = TimedLink.ShortPathBytes;

    public Side Consumer { get; }

    public Side Provider { get; }

    /// <summary>How every session so far has ended, at either side.</summary>
    public IReadOnlyCollection<SessionEnd> Ends => _ends;

    public long LostBytes => _links.Sum(link => link.LostPayloadBytes);

    private long SentBytes => _links.Sum(link => link.SentBytes);

    /// <summary>Payload that reached an end of a stream.</summary>
    public long DeliveredBytes => Interlocked.Read(ref _deliveredBytes);

    public string Describe() =>
        $"consumer {Consumer.Stats(_test.Channel)}; provider {Provider.Stats(_test.Channel)}; lost {LostBytes}; ends: {string.Join(", ", _ends.Select(end => $"{end.Reason}: {end.Detail}"))}";

    public bool IsConnected => Consumer.Session is { IsOpen: true } && Provider.Session is { IsOpen: true };

    /// <summary>A new connection and sessions over it.</summary>
    /// <param name="exit">Where streams lead instead of to targets that transfers meet.</param>
    public async Task ConnectAsync(IExitConnector? exit = null)
    {
        var up = new TimedLink(_time, () => Delay, Consumer.Saw) { CapacityBytes = LinkBytes };
        var down = new TimedLink(_time, () => Delay, Provider.Saw) { CapacityBytes = LinkBytes };
        _links.AddRange([up, down]);
        _exit = new MemoryExit();
        Consumer.Session = await StartAsync(Consumer, SessionRole.Consumer, new TimedStream(down, up), null);
        Provider.Session = await StartAsync(Provider, SessionRole.Provider, new TimedStream(up, down), exit ?? _exit);
    }

    /// <summary>Opens a stream for an endpoint.</summary>
    public async Task OpenAsync(IStreamEndpoint client)
    {
        var opening = Consumer.Session!.OpenAsync(TestTargets.Any, CancellationToken.None);
        Assert.True(await RunUntilAsync(() => opening.IsCompleted, TimeSpan.FromSeconds(20)), "the stream opens");
        (await opening).Stream!.Attach(client);
    }

    /// <summary>Moves bytes over a stream of its own, in one direction, as far as the connection lasts.</summary>
    public async Task<bool> TryStartTransferAsync(int bytes, bool upload)
    {
        var opening = Consumer.Session!.OpenAsync(TestTargets.Any, CancellationToken.None);
        if (!await RunUntilAsync(() => opening.IsCompleted, TimeSpan.FromSeconds(20)) || (await opening).Stream is not { } stream)
        {
            return false;
        }

        var client = new MemoryEndpoint();
        stream.Attach(client);
        var target = await _exit.NextAsync();
        var (from, to) = upload ? (client, target) : (target, client);
        await from.Writer.WriteAsync(new byte[bytes]);
        await from.Writer.CompleteAsync();
        _traffic.Add(TakeAsync(to));
        return true;
    }

    public Task RunAsync(TimeSpan duration) => RunUntilAsync(() => false, duration);

    /// <summary>Lets virtual time pass until the condition holds or so much of it is over.</summary>
    public async Task<bool> RunUntilAsync(Func<bool> holds, TimeSpan atMost)
    {
        for (var end = _time.GetUtcNow() + atMost; !holds() && _time.GetUtcNow() < end;)
        {
            _time.Advance(Step);
            foreach (var link in _links)
            {
                link.Release();
            }

            // A reader that waits for more has done all that what it took calls for: units are durable at once, and leave with it.
            await Eventually.TrueAsync(() => _links.TrueForAll(link => link.IsDrained), "both readers have taken what arrived");

            // The ends of the streams run on the pool; what they miss here is only a slow program's pause.
            long before;
            do
            {
                before = SentBytes;
                for (var i = 0; i < 8; i++)
                {
                    await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
                }
            }
            while (SentBytes != before);
        }

        return holds();
    }

    /// <summary>The connection is gone, with all that is on its way.</summary>
    public async Task BreakAsync()
    {
        _links.ForEach(link => link.Break());
        await Consumer.HangUpAsync();
        await Provider.HangUpAsync();
    }

    /// <summary>One of the processes is killed, and started again from what is durable.</summary>
    public async Task KillAsync(Side side)
    {
        // From here on nothing it signs can leave any more.
        _links.ForEach(link => link.Break());
        await side.KillAsync(_test.Channel);
        await BreakAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await BreakAsync();
        await Task.WhenAll(_traffic).WaitAsync(Eventually.DefaultTimeout);
        _test.Dispose();
    }

    private async Task<TunnelSession> StartAsync(Side side, SessionRole role, Stream stream, IExitConnector? exit)
    {
        var engine = await side.Engines.GetAsync(_test.Channel, CancellationToken.None);
        var session = new TunnelSession(
            new StreamFrameTransport(stream), role, engine, exit, new SessionServices(Options, side.Time), NullLogger.Instance);
        session.Start();
        _ = NoteEndAsync(session);
        return session;
    }

    private async Task NoteEndAsync(TunnelSession session) => _ends.Enqueue(await session.Completion);

    private async Task TakeAsync(MemoryEndpoint endpoint)
    {
        try
        {
            while (true)
            {
                var read = await endpoint.Reader.ReadAsync();
                Interlocked.Add(ref _deliveredBytes, read.Buffer.Length);
                endpoint.Reader.AdvanceTo(read.Buffer.End);
                if (read.IsCompleted)
                {
                    return;
                }
            }
        }
        catch (IOException)
        {
            // The stream went with its connection.
        }
    }

    /// <summary>One node: its clock, its journal, and the process that runs on them.</summary>
    internal sealed class Side
    {
        private readonly KeySigner _signer;
        private readonly ConcurrentQueue<UnitSeen> _seen = new();

        public Side(KeySigner signer, SteppedTime time)
        {
            _signer = signer;
            Time = time;
            Journal = new MemoryUnitJournal();
            Engines = NewEngines();
        }

        public SteppedTime Time { get; }

        public MemoryUnitJournal Journal { get; private set; }

        public UnitEngines Engines { get; private set; }

        public TunnelSession? Session { get; set; }

        /// <summary>What killed processes had counted and their journals did not know.</summary>
        public ulong ForgottenBytes { get; private set; }

        /// <summary>Every unit of this side that went onto a wire.</summary>
        public IReadOnlyCollection<UnitSeen> Seen => _seen;

        public void Saw(UnitSeen unit) => _seen.Enqueue(unit);

        public ChannelStats Stats(TunnelChannel channel) => Engines.Stats(channel.ChannelId)!;

        public async Task KillAsync(TunnelChannel channel)
        {
            var countedBytes = Stats(channel).OwnBytes;
            Journal = Journal.AfterCrash();
            Engines = NewEngines();
            await Engines.GetAsync(channel, CancellationToken.None);
            ForgottenBytes += countedBytes - Stats(channel).OwnBytes;
        }

        public async Task HangUpAsync()
        {
            if (Session is { } session)
            {
                Session = null;
                await session.DisposeAsync();
            }
        }

        private UnitEngines NewEngines() => new(new UnitEngineParts
        {
            Signer = _signer,
            Verifier = new SignatureVerifier(),
            Domain = TestChannel.Domain,
            Journal = Journal,
            Time = Time,
            LoggerFactory = NullLoggerFactory.Instance,
        });
    }
}
