using Microsoft.Extensions.Logging.Abstractions;
using Tachyon.EdgeTunnel.Tunnel;
using Tachyon.Protocol.Frames;
using Tachyon.Protocol.Signing;
using Tachyon.Testing;

namespace Tachyon.EdgeTunnel.Tests.Tunnel;

/// <summary>
/// Both engines of a channel over a path of some delay, in virtual time: what may be under way per round trip, and nothing else,
/// decides how much it carries. No thread and no clock of the machine has a part in it.
/// </summary>
internal sealed class EnginePath : IDisposable
{
    // 400 MB/s: the line is not what limits.
    private const int FrameBytes = 50_000;
    private const int FramesPerMs = 8;

    private readonly TestChannel _test = new();
    private readonly FakeTimeProvider _time = new();
    private readonly TimeSpan _oneWay;
    private readonly bool _upload;
    private readonly Node _consumer;
    private readonly Node _provider;

    private EnginePath(TimeSpan roundTrip, bool upload, Func<KeySigner, TestChannel, TimeProvider, Task<UnitEngine>> start)
    {
        RoundTrip = roundTrip;
        _oneWay = roundTrip / 2;
        _upload = upload;
        _consumer = new Node(start(_test.Consumer, _test, _time).Result);
        _provider = new Node(start(_test.Provider, _test, _time).Result);
    }

    public TimeSpan RoundTrip { get; }

    /// <summary>Payload bytes that have arrived and were counted.</summary>
    public long DeliveredBytes { get; private set; }

    public string State => $"consumer {_consumer.Engine.Stats()}, provider {_provider.Engine.Stats()}";

    public static EnginePath Start(TimeSpan roundTrip, bool upload)
    {
        var path = new EnginePath(roundTrip, upload, StartAsync);
        path._consumer.Start();
        path._provider.Start();
        return path;
    }

    /// <summary>Runs for so much virtual time with an endless supply at the sending end.</summary>
    public void Run(TimeSpan duration)
    {
        var end = _time.GetUtcNow() + duration;
        while (_time.GetUtcNow() < end)
        {
            _time.Advance(TimeSpan.FromMilliseconds(1));
            var now = _time.GetUtcNow();
            Deliver(_consumer, _provider, now);
            Deliver(_provider, _consumer, now);
            Send(_upload ? _consumer : _provider);
            if (now.ToUnixTimeMilliseconds() % 100 == 0)
            {
                _consumer.Engine.Tick(RoundTrip);
                _provider.Engine.Tick(RoundTrip);
            }

            _consumer.Flush(now + _oneWay);
            _provider.Flush(now + _oneWay);
        }
    }

    public void Dispose() => _test.Dispose();

    private static async Task<UnitEngine> StartAsync(KeySigner signer, TestChannel test, TimeProvider time)
    {
        var engines = new UnitEngines(new UnitEngineParts
        {
            Signer = signer,
            Verifier = new SignatureVerifier(),
            Domain = TestChannel.Domain,
            Journal = new MemoryUnitJournal(),
            Time = time,
            LoggerFactory = NullLoggerFactory.Instance,
        });
        return (UnitEngine)await engines.GetAsync(test.Channel, CancellationToken.None);
    }

    private static void Send(Node sender)
    {
        for (var i = 0; i < FramesPerMs && sender.Engine.AdmitSend(FrameBytes) is > 0 and var bytes; i++)
        {
            sender.Flush(FrameKind.Data, bytes);
        }
    }

    private void Deliver(Node from, Node to, DateTimeOffset now)
    {
        while (from.OnTheWay.TryPeek(out var frame) && frame.At <= now)
        {
            from.OnTheWay.Dequeue();
            switch (frame.Kind)
            {
                case FrameKind.Unit:
                    to.Engine.OnUnit(new UnitSection(frame.Payload));
                    break;
                case FrameKind.Data:
                    to.Held.Enqueue(frame.Bytes);
                    break;
                default:
                    Assert.True(to.Engine.TryHandle(frame.Kind, frame.Payload));
                    break;
            }

            while (to.Held.TryPeek(out var bytes) && to.Engine.TryCountReceived(bytes))
            {
                DeliveredBytes += to.Held.Dequeue();
            }
        }
    }

    private readonly record struct Frame(DateTimeOffset At, FrameKind Kind, int Bytes, byte[] Payload);

    /// <summary>One engine as its session has it, and what it has sent.</summary>
    private sealed class Node(UnitEngine engine) : IUnitEngineHost
    {
        private readonly List<(FrameKind Kind, int Bytes, byte[] Payload)> _sent = [];
        private bool _unitIsDue;

        public UnitEngine Engine => engine;

        public Queue<Frame> OnTheWay { get; } = new();

        public Queue<int> Held { get; } = new();

        public void Start() => engine.Start(this);

        public void Flush(FrameKind kind, int bytes)
        {
            TakeUnit();
            _sent.Add((kind, bytes, []));
        }

        public void Flush(DateTimeOffset arrival)
        {
            TakeUnit();
            foreach (var (kind, bytes, payload) in _sent)
            {
                OnTheWay.Enqueue(new Frame(arrival, kind, bytes, payload));
            }

            _sent.Clear();
        }

        public void UnitIsDue() => _unitIsDue = true;

        public void Resume()
        {
            // The sending end asks again every millisecond.
        }

        public void Post(FrameKind kind, ReadOnlySpan<byte> payload) => _sent.Add((kind, 0, payload.ToArray()));

        public void Settled()
        {
        }

        public void End(GoodbyeReason reason, string detail) => Assert.Fail($"{reason}: {detail}");

        public void Fail(GoodbyeReason reason, string detail) => Assert.Fail($"{reason}: {detail}");

        private void TakeUnit()
        {
            var section = new byte[FrameLayout.UnitSectionBytes];
            if (_unitIsDue && engine.TryWriteDueUnit(section))
            {
                _sent.Add((FrameKind.Unit, 0, section));
            }

            _unitIsDue = false;
        }
    }
}
