using System.Net;
using System.Net.Sockets;
using Tachyon.EdgeTunnel.Exit;
using Tachyon.EdgeTunnel.Tests.Tunnel;
using Tachyon.Protocol.Frames;
using Tachyon.Testing;

namespace Tachyon.EdgeTunnel.Tests.Exit;

public sealed class ExitConnectorTests : IDisposable
{
    private readonly Socket _target = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    public ExitConnectorTests()
    {
        _target.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _target.Listen();
    }

    private int Port => ((IPEndPoint)_target.LocalEndPoint!).Port;

    public void Dispose() => _target.Dispose();

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.1")] // spelled oddly
    [InlineData("2130706433")]
    [InlineData("0x7f.0.0.1")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("::1")]
    public async Task Connect_ToThisMachine_IsRefusedByDefault(string host)
    {
        Assert.Equal(OpenOutcome.RefusedByPolicy, await ConnectAsync(new EgressPolicy(), host));
        Assert.False(_target.Poll(0, SelectMode.SelectRead));
    }

    [Fact]
    public async Task Connect_NameThatLeadsToThisMachine_IsRefused()
    {
        var resolver = new FixedResolver(IPAddress.Loopback, IPAddress.Parse("169.254.169.254"), IPAddress.Parse("::ffff:10.0.0.1"));

        Assert.Equal(OpenOutcome.RefusedByPolicy, await ConnectAsync(new EgressPolicy(), "rebind.example.org", resolver));
        Assert.False(_target.Poll(0, SelectMode.SelectRead));
    }

    [Fact]
    public async Task Connect_ByName_AsksOnceAndConnectsToWhatWasJudged()
    {
        var resolver = new FixedResolver(IPAddress.Loopback);

        Assert.Equal(OpenOutcome.Connected, await ConnectAsync(AllowLoopback(), "example.org", resolver));

        Assert.Equal(1, resolver.Asked);
        using var accepted = await _target.AcceptAsync().WaitAsync(Eventually.DefaultTimeout);
        Assert.NotNull(accepted);
    }

    [Fact]
    public async Task Connect_SomeAddressesRefused_UsesTheOthers()
    {
        var resolver = new FixedResolver(IPAddress.Parse("10.0.0.1"), IPAddress.Loopback);

        Assert.Equal(OpenOutcome.Connected, await ConnectAsync(AllowLoopback(), "example.org", resolver));
    }

    [Fact]
    public async Task Connect_FirstAddressRefusesConnection_TriesTheNextAtOnce()
    {
        // Nobody listens at 127.0.0.2; the clock stands still, so no delay can help.
        var resolver = new FixedResolver(IPAddress.Parse("127.0.0.2"), IPAddress.Loopback);

        Assert.Equal(OpenOutcome.Connected, await ConnectAsync(AllowLoopback(), "example.org", resolver, new FakeTimeProvider()));
    }

    [Fact]
    public async Task Connect_NobodyListens_IsConnectionRefused()
    {
        var port = Port;
        _target.Dispose();

        Assert.Equal(OpenOutcome.ConnectionRefused, await ConnectAsync(AllowLoopback(), "127.0.0.1", port: port));
    }

    [Fact]
    public async Task Connect_NameWithoutAddress_IsNameNotFound() =>
        Assert.Equal(OpenOutcome.NameNotFound, await ConnectAsync(AllowLoopback(), "nowhere.example.org", new FixedResolver()));

    [Fact]
    public async Task Connect_ResolverSilent_TimesOut()
    {
        var time = new FakeTimeProvider();
        var connecting = ConnectAsync(AllowLoopback(), "example.org", new SilentResolver(), time);

        await Eventually.TrueAsync(
            () =>
            {
                time.Advance(TimeSpan.FromSeconds(11));
                return connecting.IsCompleted;
            },
            "the connector to give up");

        Assert.Equal(OpenOutcome.TimedOut, await connecting);
    }

    [Fact]
    public async Task Connect_RefusedPort_DoesNotEvenAskForTheName()
    {
        var resolver = new FixedResolver(IPAddress.Parse("1.1.1.1"));

        Assert.Equal(OpenOutcome.RefusedByPolicy, await ConnectAsync(new EgressPolicy(), "example.org", resolver, port: 25));
        Assert.Equal(0, resolver.Asked);
    }

    private static EgressPolicy AllowLoopback()
    {
        Assert.True(AddressRange.TryParse("127.0.0.0/8", out var range));
        return new EgressPolicy([range!]);
    }

    private async Task<OpenOutcome> ConnectAsync(
        EgressPolicy policy, string host, IExitResolver? resolver = null, TimeProvider? time = null, int? port = null)
    {
        var connector = new ExitConnector(policy, resolver ?? new SystemResolver(), new ExitOptions(), time ?? TimeProvider.System);
        var connection = await connector.ConnectAsync(TestTargets.Create(host, port ?? Port), CancellationToken.None).AsTask().WaitAsync(Eventually.DefaultTimeout);
        connection.Endpoint?.Close(inOrder: true);
        return connection.Outcome;
    }

    private sealed class FixedResolver(params IPAddress[] addresses) : IExitResolver
    {
        public int Asked { get; private set; }

        public Task<IPAddress[]> ResolveAsync(string name, CancellationToken cancellationToken)
        {
            Asked++;
            return Task.FromResult(addresses);
        }
    }

    private sealed class SilentResolver : IExitResolver
    {
        public Task<IPAddress[]> ResolveAsync(string name, CancellationToken cancellationToken) =>
            new TaskCompletionSource<IPAddress[]>().Task;
    }
}
