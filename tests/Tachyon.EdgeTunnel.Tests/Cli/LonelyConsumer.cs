using Tachyon.Chain;
using Tachyon.Chain.Ethereum;
using Tachyon.Chain.Keys;
using Tachyon.EdgeTunnel.Journal;
using Tachyon.EdgeTunnel.Node;
using Tachyon.EdgeTunnel.Tests.Journal;
using Tachyon.EdgeTunnel.Tests.Node;
using Tachyon.Protocol.Amounts;
using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Sessions;
using Tachyon.Protocol.Signing;
using Tachyon.Testing.Chain;

namespace Tachyon.EdgeTunnel.Tests.Cli;

/// <summary>
/// What is left of a consumer whose provider and gateway are gone: a key, a journal with units, and a channel on a real
/// chain. Commands run on it as its owner would run them.
/// </summary>
internal sealed class LonelyConsumer : IDisposable
{
    public const string Password = "right";

    private readonly TemporaryDirectory _directory = new();
    private readonly ContractsFixture _contracts;
    private readonly byte[] _key;

    private LonelyConsumer(ContractsFixture contracts, EthereumChain chain, byte[] key, Terms terms)
    {
        _contracts = contracts;
        _key = key;
        Chain = chain;
        Terms = terms;
    }

    public EthereumChain Chain { get; }

    public Terms Terms { get; }

    public ChannelId ChannelId => Terms.ChannelId(Chain.Domain);

    public string Data => _directory.Combine("data");

    /// <summary>Opens and confirms a channel of 100 MB, of which <paramref name="usedBytes"/> are used and signed for.</summary>
    public static async Task<LonelyConsumer> CreateAsync(ContractsFixture contracts, byte number, int usedBytes)
    {
        var key = TestChannels.Key(number);
        using var account = new AccountSigner(key);
        using var provider = new AccountSigner(ProviderKey(number));
        await contracts.FundAsync(account.Address, NodeWorldPurse.Full);
        await contracts.FundAsync(provider.Address, new TokenAmount(1));
        var terms = new Terms(
            account.Address, provider.Address, 100_000_000, new TokenAmount(1_000_000_000_000_000), 1_000, ChannelKind.Direct,
            Bytes32.FromBytes(key));
        var consumer = new LonelyConsumer(contracts, await contracts.ConnectAsync(), key, terms);
        await consumer.OpenAsync(account, provider);
        await consumer.UseAsync(usedBytes, ProviderKey(number));
        return consumer;
    }

    public Task<ChannelView> ViewAsync() => Chain.GetChannelAsync(ChannelId, ReadAt.Latest);

    public Task<TokenAmount> TokensAsync(Address account) => Chain.GetBalanceAsync(account, ReadAt.Latest);

    /// <summary>Runs a command on the directory, with the settings of a node; the gateway does not answer.</summary>
    public Task<CommandRun> RunAsync(params string[] arguments) => RunAsync(CancellationToken.None, arguments);

    public Task<CommandRun> RunAsync(CancellationToken cancellationToken, params string[] arguments) =>
        RunWithAsync(_contracts.Anvil.Endpoint.ToString(), Password, arguments, cancellationToken);

    public async Task<CommandRun> RunAsync(StringWriter output, params string[] arguments) =>
        await CommandRun.OfAsync(output, CancellationToken.None, await WithSettingsAsync(_contracts.Anvil.Endpoint.ToString(), Password, arguments));

    public Task<CommandRun> RunWithAsync(string rpc, string password, params string[] arguments) =>
        RunWithAsync(rpc, password, arguments, CancellationToken.None);

    private async Task<CommandRun> RunWithAsync(string rpc, string password, string[] arguments, CancellationToken cancellationToken) =>
        await CommandRun.OfAsync(cancellationToken, await WithSettingsAsync(rpc, password, arguments));

    private async Task<string[]> WithSettingsAsync(string rpc, string password, string[] arguments)
    {
        await File.WriteAllTextAsync(_directory.Combine("password"), password, CancellationToken.None);
        return
        [
            .. arguments,
            "--data", Data,
            "--rpc", rpc,
            "--gateway", "ws://127.0.0.1:1",
            "--deployment", _directory.Combine("deployment.json"),
            "--password-file", _directory.Combine("password"),
        ];
    }

    public void Dispose()
    {
        Chain.Dispose();
        _directory.Dispose();
    }

    // A provider of its own for each: they have five slots.
    private static byte[] ProviderKey(byte number) => TestChannels.Key((byte)(number + 100));

    private async Task OpenAsync(AccountSigner account, AccountSigner providerAccount)
    {
        using var consumer = new ConsumerAccount(Chain, account, ContractsFixture.Sending);
        using var provider = new TransactionSender(Chain, providerAccount, ContractsFixture.Sending);
        Assert.True((await consumer.OpenAsync(Terms)).Succeeded);
        var confirmed = await provider.SendAsync(new ChainCall.Confirm(Terms));
        Assert.True(confirmed.Succeeded, confirmed.Refusal?.ToString());
    }

    private async Task UseAsync(int usedBytes, byte[] providerKey)
    {
        var data = new DataDirectory(Data);
        data.Create();
        KeystoreFile.Save(data.KeystorePath, Password, _key, KeystoreStrength.Light);
        await Chain.Deployment.SaveAsync(_directory.Combine("deployment.json"));
        await using var journal = EdgeJournal.Open(data.JournalPath);
        await journal.Channels.SaveAsync(new ChannelRecord
        {
            ChannelId = ChannelId,
            Role = SessionRole.Consumer,
            Terms = Terms,
            Stage = ChannelStage.Active,
            CapacityBytes = Terms.CapacityBytes,
            Endpoint = "127.0.0.1:1",
            KnownAtMs = 1,
        });
        using var signer = new KeySigner(_key);
        using var provider = new KeySigner(providerKey);
        await new UnitExchange(journal, SessionRole.Consumer, Terms, Chain.Domain, signer, provider).MoveAsync(usedBytes);
    }
}
