using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using Tachyon.Testing;
using Tachyon.EdgeTunnel.Gateway;
using Tachyon.Protocol.Gateway;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Signing;
using Tachyon.Protocol.Units;

namespace Tachyon.EdgeTunnel.Tests.Gateway;

/// <summary>A client with a gateway in memory and a clock that moves only when a test waits.</summary>
internal sealed class GatewayClientFixture : IAsyncDisposable
{
    private readonly KeySigner _signer = new(Enumerable.Repeat((byte)7, 32).ToArray());

    public GatewayClientFixture(int maxWaitingPushes = 16)
    {
        var options = new GatewayClientOptions
        {
            Gateways = [new GatewayAddress(new Uri("https://silo.example:7443"))],
            Domain = FakeGateway.Domain,
            MaxWaitingPushes = maxWaitingPushes,
        };
        Client = new GatewayClient(options, _signer, Gateway, Time, NullLogger<GatewayClient>.Instance);
    }

    public FakeGateway Gateway { get; } = new();

    public FakeTimeProvider Time { get; } = new(DateTimeOffset.UnixEpoch.AddYears(56));

    public GatewayClient Client { get; }

    public static ChannelId Channel(byte number) => ChannelId.FromBytes([.. Enumerable.Repeat(number, 32)]);

    public static ChannelUnits Units(ulong index, byte channel = 1) => new(
        new SignedUnit(new UsageUnit(Channel(channel), index, index * 1_000, Address.Zero, Address.Zero, 1, Bytes32.Zero), default), null);

    public static UnitsAck Ack(SubmitUnits request, RefusalReason refusal = RefusalReason.None) => new(
        [.. request.Channels.Select(units => new ChannelUnitsAck(
            units.ChannelId, refusal, refusal == RefusalReason.None ? units.ConsumerUnit!.Unit.Index : 0, 0, 0, 0))]);

    /// <summary>Lets time pass, 50 ms at a step, until the condition holds.</summary>
    public async Task Until(Func<bool> condition, string what)
    {
        for (var started = Stopwatch.GetTimestamp(); !condition();)
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < Eventually.DefaultTimeout, $"Waited too long until {what}; status: {Client.Status}");
            Time.Advance(TimeSpan.FromMilliseconds(50));
            await Task.Delay(1);
        }
    }

    public async Task ConnectAsync()
    {
        Client.Start();
        await Until(() => Client.Status.Phase == GatewayPhase.Connected, "connected");
    }

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        _signer.Dispose();
    }
}
