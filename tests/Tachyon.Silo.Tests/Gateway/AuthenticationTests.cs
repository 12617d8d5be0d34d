using System.Net.WebSockets;
using Tachyon.Protocol.Gateway;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Signing;
using Tachyon.Silo.Tests.Fixtures;

namespace Tachyon.Silo.Tests.Gateway;

/// <summary>Only who proves a key gets in, and only as that key.</summary>
public sealed class AuthenticationTests : IAsyncLifetime
{
    private TestSilo _silo = null!;
    private TestEdge _edge = null!;

    private string Name => _silo.Url.Authority;

    public async Task InitializeAsync()
    {
        _silo = await TestSilo.StartAsync(changes: ("Gateway:AuthenticationTimeout", "00:00:02"));
        _edge = _silo.NewEdge(1);
    }

    public async Task DisposeAsync()
    {
        _edge.Dispose();
        await _silo.DisposeAsync();
    }

    [Fact]
    public async Task Edge_WithRightProof_IsLetIn()
    {
        await _edge.EnterAsync(_silo.Url);

        Assert.IsType<Accepted>(await _edge.AskAsync(Heartbeat.Instance));
        Assert.Equal(1, _silo.Edges.Edges);
    }

    [Fact]
    public async Task Edge_OfAnotherVersion_IsToldWhichOneIsSpoken()
    {
        await _edge.DialAsync(_silo.Url);
        var hello = GatewayCodec.Encode(1, new Hello(GatewayLimits.Version, _silo.Chain.Domain));
        hello[6] = 9;
        await _edge.SendAsync(hello);

        var error = await _edge.EndAsync();
        Assert.Equal(GatewayErrorCode.UnknownVersion, error.Code);
        Assert.Contains("version 1", error.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Edge_OfAnotherContract_IsRefused()
    {
        await _edge.DialAsync(_silo.Url);
        await _edge.SendAsync(GatewayCodec.Encode(1, new Hello(GatewayLimits.Version, new Eip712Domain(31_337, Address.Zero))));

        Assert.Equal(GatewayErrorCode.WrongDomain, (await _edge.EndAsync()).Code);
    }

    [Fact]
    public async Task Proof_SignedByAnotherKey_IsRefused()
    {
        using var victim = _silo.NewEdge(2);
        var nonce = await GreetAsync();
        await _edge.SendAsync(GatewayCodec.Encode(2, _edge.Proof(nonce, Name, node: victim.Address)));

        Assert.Equal(GatewayErrorCode.NotAuthenticated, (await _edge.EndAsync()).Code);
        Assert.Equal(0, _silo.Edges.Edges);
    }

    [Fact]
    public async Task Proof_ReplayedOnAnotherConnection_IsRefused()
    {
        var proof = _edge.Proof(await GreetAsync(), Name);
        Assert.IsType<Welcome>(await _edge.AskAsync(proof));

        using var thief = _silo.NewEdge(2);
        await thief.DialAsync(_silo.Url);
        Assert.IsType<Challenge>(await thief.AskAsync(new Hello(GatewayLimits.Version, _silo.Chain.Domain)));
        await thief.SendAsync(GatewayCodec.Encode(2, proof));

        var error = await thief.EndAsync();
        Assert.Equal(GatewayErrorCode.NotAuthenticated, error.Code);
        Assert.Contains("nonce", error.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Proof_GivenToAHostileGateway_IsWorthNothingHere()
    {
        await _edge.SendAsync(await ProofForAsync("evil.example:443"));

        var error = await _edge.EndAsync();
        Assert.Equal(GatewayErrorCode.NotAuthenticated, error.Code);
        Assert.Contains("Gateway:Names", error.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-61_000)]
    [InlineData(+65_000)]
    public async Task Proof_FromAClockThatIsWrong_IsRefusedWithAHint(long skewMs)
    {
        var nonce = await GreetAsync();
        await _edge.SendAsync(GatewayCodec.Encode(2, _edge.Proof(nonce, Name, skewMs)));

        Assert.Contains("clock", (await _edge.EndAsync()).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Edge_ThatStaysSilent_IsLetGoInTime()
    {
        await _edge.DialAsync(_silo.Url);

        Assert.Equal(GatewayErrorCode.NotAuthenticated, (await _edge.EndAsync()).Code);
        await Eventually.TrueAsync(() => _silo.Edges.Connections == 0, "the connection to be forgotten");
    }

    [Fact]
    public async Task Request_BeforeTheProof_IsRefused()
    {
        await _edge.DialAsync(_silo.Url);
        await _edge.SendAsync(GatewayCodec.Encode(1, new Drain(true)));

        Assert.Equal(GatewayErrorCode.OutOfOrder, (await _edge.EndAsync()).Code);
    }

    [Fact]
    public async Task Edge_ThatConnectsAgain_TakesThePlaceOfItsOldConnection()
    {
        await _edge.EnterAsync(_silo.Url);
        using var again = _silo.NewEdge(1);
        await again.EnterAsync(_silo.Url);

        Assert.Equal(GatewayErrorCode.Superseded, (await _edge.EndAsync()).Code);
        Assert.IsType<Accepted>(await again.AskAsync(Heartbeat.Instance));
        Assert.Equal(1, _silo.Edges.Edges);
    }

    [Fact]
    public async Task TextMessage_IsRefused()
    {
        await _edge.DialAsync(_silo.Url);
        await _edge.SendAsync("hello"u8.ToArray(), WebSocketMessageType.Text);

        Assert.Equal(GatewayErrorCode.Malformed, (await _edge.EndAsync()).Code);
    }

    private async Task<Bytes32> GreetAsync()
    {
        await _edge.DialAsync(_silo.Url);
        return Assert.IsType<Challenge>(await _edge.AskAsync(new Hello(GatewayLimits.Version, _silo.Chain.Domain))).Nonce;
    }

    private async Task<byte[]> ProofForAsync(string gateway) => GatewayCodec.Encode(2, _edge.Proof(await GreetAsync(), gateway));
}
