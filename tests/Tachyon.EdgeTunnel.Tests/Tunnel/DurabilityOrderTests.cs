using Microsoft.Extensions.Logging.Abstractions;
using Tachyon.EdgeTunnel.Tunnel;
using Tachyon.Protocol.Evidence;
using Tachyon.Protocol.Frames;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Signing;
using Tachyon.Testing;

namespace Tachyon.EdgeTunnel.Tests.Tunnel;

/// <summary>
/// Both ends of a channel at a high rate, killed between any two commits: no unit has left that the journal does not hold,
/// what is signed later contradicts nothing, and no byte is served beyond what was signed and the credit.
/// </summary>
public sealed class DurabilityOrderTests : IDisposable
{
    private const int PartBytes = 250_000;
    private const int Kills = 16;

    private readonly TestChannel _test = new();
    private readonly FakeTimeProvider _time = new();
    private readonly Random _random = new(20_261_122);
    private ulong _served;

    public void Dispose() => _test.Dispose();

    [Fact]
    public async Task BothEnds_KilledBetweenAnyTwoCommits_GoOnWithoutAContradictionOrAFreeByte()
    {
        var consumer = new Side(this, _test.Consumer, new MemoryUnitJournal { Marks = true });
        var provider = new Side(this, _test.Provider, new MemoryUnitJournal { Marks = true });
        for (var kill = 0; kill < Kills; kill++)
        {
            await consumer.StartAsync();
            await provider.StartAsync();
            for (var step = 0; step < 150 + kill; step++)
            {
                Step(consumer, provider);
            }

            Assert.True(_served <= consumer.SignedBytes + 5_000_000 + (5_000 * (1 + (_served / 5_000_000))), $"{_served} bytes were served on {consumer.SignedBytes}");
            consumer.Kill();
            provider.Kill();
        }

        await consumer.StartAsync();
        await provider.StartAsync();
        await Eventually.TrueAsync(
            () =>
            {
                Step(consumer, provider);
                return provider.Engine.Stats().AgreedBytes > 50_000_000;
            },
            "the channel goes on");
    }

    private void Step(Side consumer, Side provider)
    {
        var served = provider.Engine.AdmitSend(PartBytes);
        if (served > 0)
        {
            _served += (ulong)served;
            consumer.Engine.TryCountReceived(served);
        }

        switch (_random.Next(6))
        {
            case 0:
                consumer.Journal.Commit(1);
                break;
            case 1:
                provider.Journal.Commit(1);
                break;
            case 2:
                consumer.DeliverTo(provider);
                break;
            case 3:
                provider.DeliverTo(consumer);
                break;
            default:
                _time.Advance(TimeSpan.FromMilliseconds(1));
                break;
        }

        if (_random.Next(20) == 0)
        {
            _time.Advance(TimeSpan.FromMilliseconds(20));
            consumer.Engine.Tick(TimeSpan.FromMilliseconds(1));
            provider.Engine.Tick(TimeSpan.FromMilliseconds(1));
        }

        Assert.Null(consumer.Host.Failed);
        Assert.Null(provider.Host.Failed);
    }

    private sealed class Side(DurabilityOrderTests test, KeySigner signer, MemoryUnitJournal journal)
    {
        private int _delivered;

        public MemoryUnitJournal Journal { get; private set; } = journal;

        public RecordingHost Host { get; private set; } = new();

        public UnitEngine Engine { get; private set; } = null!;

        /// <summary>The most that a unit states that has left.</summary>
        public ulong SignedBytes { get; private set; }

        public async Task StartAsync()
        {
            var engines = new UnitEngines(new UnitEngineParts
            {
                Signer = signer,
                Verifier = new SignatureVerifier(),
                Domain = TestChannel.Domain,
                Journal = Journal,
                Time = test._time,
                LoggerFactory = NullLoggerFactory.Instance,
            });
            Engine = (UnitEngine)await engines.GetAsync(test._test.Channel, CancellationToken.None);
            Host = new RecordingHost();
            _delivered = 0;
            Journal.Holds = true;
            Engine.Start(Host);
        }

        public void Kill() => Journal = Journal.AfterCrash();

        /// <summary>What is on its way arrives: the session's frames, then the unit that is due.</summary>
        public void DeliverTo(Side other)
        {
            for (; _delivered < Host.Posted.Count; _delivered++)
            {
                Assert.True(other.Engine.TryHandle(Host.Posted[_delivered].Kind, Host.Posted[_delivered].Payload));
            }

            var section = new byte[FrameLayout.UnitSectionBytes];
            if (Engine.TryWriteDueUnit(section))
            {
                var unit = new UnitSection(section);
                Assert.True(Durable() >= unit.Index, $"unit {unit.Index} left, and unit {Durable()} is durable");
                SignedBytes = Math.Max(SignedBytes, unit.BytesUsed);
                other.Engine.OnUnit(unit);
            }
        }

        private ulong Durable()
        {
            var records = Journal.AfterCrash().Records(test._test.Channel.ChannelId);
            return records.Select(IndexOf).DefaultIfEmpty().Max();
        }

        private static ulong IndexOf(LedgerRecord record) => record switch
        {
            ConsumerUnitSigned signed => signed.Unit.Unit.Index,
            ConsumerUnitAnswered answered => answered.Answer.Unit.Index,
            OwnUnitRecalled recalled => recalled.Unit.Unit.Index,
            _ => 0,
        };
    }
}
