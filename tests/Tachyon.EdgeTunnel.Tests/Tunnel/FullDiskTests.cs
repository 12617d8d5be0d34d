using Microsoft.Extensions.Logging.Abstractions;
using Tachyon.EdgeTunnel.Journal;
using Tachyon.EdgeTunnel.Tests.Journal.Log;
using Tachyon.EdgeTunnel.Tunnel;
using Tachyon.Protocol.Frames;
using Tachyon.Protocol.Signing;
using Tachyon.Testing;

namespace Tachyon.EdgeTunnel.Tests.Tunnel;

/// <summary>A disk that is full or broken: nothing that was signed leaves, and the session ends with the reason.</summary>
public sealed class FullDiskTests : UnitEngineFixture
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Unit_ThatTheLogCannotTake_DoesNotLeave(bool isConsumer)
    {
        using var directory = new TemporaryDirectory();
        var file = new MemoryLogFile(8);
        await using var journal = EdgeJournal.Open(directory.Combine("journal.db"), _ => file);
        using var engines = new UnitEngines(new UnitEngineParts
        {
            Signer = isConsumer ? Test.Consumer : Test.Provider,
            Verifier = new SignatureVerifier(),
            Domain = TestChannel.Domain,
            Journal = new UnitJournal(journal, Time),
            Time = Time,
            LoggerFactory = NullLoggerFactory.Instance,
        });
        var engine = (UnitEngine)await engines.GetAsync(Test.Channel, CancellationToken.None);
        Connect(engine, []);
        file.Fails = true;

        if (isConsumer)
        {
            Assert.True(engine.TryCountReceived(1_000_000));
        }
        else
        {
            Send(engine, Unit(1, 1_000_000), Test.Consumer);
        }

        await Eventually.TrueAsync(() => Host.Failed is not null, "the session is ended");
        Assert.Contains("No space left on device", Host.Failed!.Value.Detail, StringComparison.Ordinal);
        Assert.False(engine.TryWriteDueUnit(new byte[FrameLayout.UnitSectionBytes]));
        Assert.True(engine.IsBroken);
        Assert.Null(engine.Evidence.Own);
    }
}
