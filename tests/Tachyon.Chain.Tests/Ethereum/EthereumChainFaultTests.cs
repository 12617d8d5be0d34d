using System.Net;
using System.Net.Sockets;
using System.Text;
using Tachyon.Chain.Ethereum;
using Tachyon.Testing;
using Tachyon.Testing.Chain;

namespace Tachyon.Chain.Tests.Ethereum;

/// <summary>What goes wrong between a node and its endpoint: each time an error that says so, and never a hang.</summary>
public sealed class EthereumChainFaultTests(ContractsFixture contracts) : IClassFixture<ContractsFixture>
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(300);

    [Fact]
    public async Task Connect_NobodyListens_SaysWhichEndpointAndWhatToDo()
    {
        var nobody = new Uri($"http://user:secret@127.0.0.1:{FreePort.Next()}");

        var error = await Assert.ThrowsAsync<ChainUnavailableException>(
            () => EthereumChain.ConnectAsync(new EthereumChainOptions { Endpoint = nobody }, contracts.Deployment));

        Assert.Equal("eth_chainId", error.Request);
        Assert.Contains($"127.0.0.1:{nobody.Port}", error.Message, StringComparison.Ordinal);
        Assert.Contains("node up", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connect_SomethingElseAnswers_SaysThatItCannotBeRead()
    {
        using var server = new GarbageServer("<html>hello</html>");

        var error = await Assert.ThrowsAsync<ChainUnavailableException>(() => EthereumChain.ConnectAsync(
            new EthereumChainOptions { Endpoint = server.Endpoint }, contracts.Deployment));

        Assert.Equal("eth_chainId", error.Request);
    }

    [Fact]
    public async Task Connect_AnotherChain_NamesBoth()
    {
        var error = await Assert.ThrowsAsync<ChainMismatchException>(
            () => EthereumChain.ConnectAsync(contracts.ChainOptions, contracts.Deployment with { ChainId = 1 }));

        Assert.Contains("31337", error.Message, StringComparison.Ordinal);
        Assert.Contains("chain 1.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connect_NoContractThere_NamesTheAddress()
    {
        var nowhere = AnvilAccounts.Address(9);

        var error = await Assert.ThrowsAsync<ChainMismatchException>(
            () => EthereumChain.ConnectAsync(contracts.ChainOptions, contracts.Deployment with { PaymentChannels = nowhere }));

        Assert.Contains(nowhere.ToString(), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connect_AnotherToken_NamesBoth()
    {
        var other = contracts.Deployment with { Token = contracts.Deployment.PaymentChannels };

        var error = await Assert.ThrowsAsync<ChainMismatchException>(
            () => EthereumChain.ConnectAsync(contracts.ChainOptions, other));

        Assert.Contains(contracts.Deployment.Token.ToString(), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connect_AContractOfAnotherDomain_IsRefused()
    {
        // A contract that answers every call with the token's address: the right token, and no domain of ours.
        var impostor = Address.Parse("0x00000000000000000000000000000000000D0AA1");
        var token = contracts.Deployment.Token.ToString()[2..];
        await contracts.Anvil.SetCodeAsync(impostor.ToString(), $"0x73{token}5f5260205ff3");
        var other = contracts.Deployment with { PaymentChannels = impostor };

        var error = await Assert.ThrowsAsync<ChainMismatchException>(
            () => EthereumChain.ConnectAsync(contracts.ChainOptions, other));

        Assert.Contains(impostor.ToString(), error.Message, StringComparison.Ordinal);
        Assert.Contains(other.Domain.Separator.ToString(), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Request_ToANodeThatHangs_EndsAtItsTimeLimitAndWorksAgainAfterwards()
    {
        await using var anvil = await Anvil.StartAsync();
        using var deployer = AnvilAccounts.Account(0);
        var options = new EthereumChainOptions { Endpoint = anvil.Endpoint, RequestTimeout = TimeSpan.FromSeconds(10) };
        var deployment = await ContractDeployer.DeployAsync(options, deployer, sending: ContractsFixture.Sending);
        // Time stands still while it connects: a busy machine may need longer for that than the limit on trial.
        var time = new FakeTimeProvider();
        using var chain = await EthereumChain.ConnectAsync(
            new EthereumChainOptions { Endpoint = anvil.Endpoint, RequestTimeout = Patience }, deployment, time);

        anvil.Pause();
        var asking = chain.GetBlockAsync(ReadAt.Latest);
        await Eventually.TrueAsync(
            () =>
            {
                time.Advance(Patience);
                return asking.IsCompleted;
            },
            "the request to end");
        var error = await Assert.ThrowsAsync<ChainUnavailableException>(() => asking);
        Assert.Contains("0.3 s", error.Message, StringComparison.Ordinal);

        anvil.Resume();
        await Eventually.TrueAsync(
            async () =>
            {
                try
                {
                    return await chain.GetBlockAsync(ReadAt.Latest) is not null;
                }
                catch (ChainUnavailableException)
                {
                    return false;
                }
            },
            "the node to answer again");
    }

    [Fact]
    public async Task Request_Cancelled_EndsAtOnceAndNotAtTheTimeLimit()
    {
        using var silent = new GarbageServer(null);
        using var cancel = new CancellationTokenSource();
        var connecting = EthereumChain.ConnectAsync(
            new EthereumChainOptions { Endpoint = silent.Endpoint, RequestTimeout = TimeSpan.FromHours(1) }, contracts.Deployment, cancellation: cancel.Token);

        await silent.Asked;
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connecting.WaitAsync(Eventually.DefaultTimeout));
    }

    [Fact]
    public async Task Final_WithTheFinalisedBlock_ShowsAChannelOnlyOnceItsBlockIsFinal()
    {
        using var chain = await EthereumChain.ConnectAsync(
            new EthereumChainOptions { Endpoint = contracts.Anvil.Endpoint, Finality = Finality.Finalized }, contracts.Deployment);
        using var consumer = new ConsumerAccount(chain, AnvilAccounts.Account(3), ContractsFixture.Sending);
        var terms = new Terms(
            consumer.Address, AnvilAccounts.Address(4), 1_000_000, new TokenAmount(5), 0, ChannelKind.Direct, Bytes32.Zero);
        Assert.True((await consumer.OpenAsync(terms)).Succeeded);
        var id = terms.ChannelId(chain.Domain);

        Assert.Equal(ChannelStatus.Opened, (await chain.GetChannelAsync(id, ReadAt.Latest)).Status);
        Assert.Equal(ChannelStatus.None, (await chain.GetChannelAsync(id, ReadAt.Final)).Status);
        await contracts.Anvil.MineAsync(70);
        Assert.Equal(ChannelStatus.Opened, (await chain.GetChannelAsync(id, ReadAt.Final)).Status);
        Assert.True((await chain.GetBlockAsync(ReadAt.Final)).Number < (await chain.GetBlockAsync(ReadAt.Latest)).Number);
    }

    [Fact]
    public async Task Events_OverManyRequests_ComeOnceAndInOrder()
    {
        using var whole = await contracts.ConnectAsync();
        using var pieces = await EthereumChain.ConnectAsync(
            new EthereumChainOptions { Endpoint = contracts.Anvil.Endpoint, EventBlocksPerRequest = 2 }, contracts.Deployment);
        using var consumer = new ConsumerAccount(whole, AnvilAccounts.Account(5), ContractsFixture.Sending);
        for (byte salt = 0; salt < 3; salt++)
        {
            Assert.True((await consumer.OpenAsync(new Terms(
                consumer.Address,
                AnvilAccounts.Address(6),
                1_000_000,
                new TokenAmount(5),
                0,
                ChannelKind.Direct,
                Bytes32.FromBytes([.. new byte[31], salt])))).Succeeded);
            await contracts.Anvil.MineAsync();
        }

        var newest = await whole.GetBlockAsync(ReadAt.Latest);
        var expected = await whole.GetEventsAsync(0, newest.Number);

        Assert.Equal(expected, await pieces.GetEventsAsync(0, newest.Number));
        Assert.True(expected.Count >= 3);
    }

    [Theory]
    [InlineData("ftp://node")]
    [InlineData("/relative")]
    public async Task Connect_ToNoHttpAddress_IsRefused(string address)
        => await Assert.ThrowsAsync<ArgumentException>(() => EthereumChain.ConnectAsync(
            new EthereumChainOptions { Endpoint = new Uri(address, UriKind.RelativeOrAbsolute) }, contracts.Deployment));

    /// <summary>Answers every request with the same text, or, given none, never.</summary>
    private sealed class GarbageServer : IDisposable
    {
        private readonly TcpListener listener = new(IPAddress.Loopback, 0);
        private readonly TaskCompletionSource asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly List<TcpClient> clients = [];

        public GarbageServer(string? text)
        {
            listener.Start();
            Endpoint = new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}");
            _ = ServeAsync(text);
        }

        public Uri Endpoint { get; }

        public Task Asked => asked.Task;

        public void Dispose()
        {
            listener.Stop();
            lock (clients)
            {
                clients.ForEach(client => client.Dispose());
            }
        }

        private async Task ServeAsync(string? text)
        {
            try
            {
                while (true)
                {
                    var client = await listener.AcceptTcpClientAsync();
                    lock (clients)
                    {
                        clients.Add(client);
                    }

                    var read = await client.GetStream().ReadAsync(new byte[4_096]);
                    asked.TrySetResult();
                    if (text is not null && read > 0)
                    {
                        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(
                            $"HTTP/1.1 200 OK\r\nContent-Length: {text.Length}\r\nConnection: close\r\n\r\n{text}"));
                    }
                }
            }
            catch (Exception error) when (error is SocketException or ObjectDisposedException or IOException)
            {
                asked.TrySetException(error);
            }
        }
    }
}
