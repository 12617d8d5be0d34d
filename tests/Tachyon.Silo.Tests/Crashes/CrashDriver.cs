using System.Collections.Concurrent;
using System.Net.WebSockets;
using Tachyon.Chain;
using Tachyon.Protocol;
using Tachyon.Protocol.Amounts;
using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Gateway;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Signing;
using Tachyon.Protocol.Units;
using Tachyon.Silo.Tests.Fixtures;
using Tachyon.Testing.Chain;

namespace Tachyon.Silo.Tests.Crashes;

/// <summary>
/// Edges that go on as long as they are let, over connections that break: a provider that confirms channels through the
/// silo, and hands in the units of those that are active. Keeps what was acknowledged, to ask for it later.
/// </summary>
internal sealed class CrashDriver(SiloProcess silo, ContractsFixture contracts, ISettlementChain chain) : IDisposable
{
    private const int Channels = ProtocolConstants.MaxActiveChannels;

    private readonly TestEdge _consumer = new(1, contracts.Deployment.Domain);
    private readonly TestEdge _provider = new(2, contracts.Deployment.Domain);
    private readonly ConcurrentDictionary<ChannelId, ulong> _acknowledged = new();
    private readonly HashSet<ChannelId> _confirmed = [];
    private readonly List<Terms> _terms = [];

    /// <summary>The bytes of each channel that the silo acknowledged as durable.</summary>
    public IReadOnlyDictionary<ChannelId, ulong> Acknowledged => _acknowledged;

    /// <summary>The channels that were opened.</summary>
    public IReadOnlyList<Terms> Terms => _terms;

    /// <summary>Opens as many channels as one provider can have active; confirming them is for the run.</summary>
    public async Task OpenAsync()
    {
        await contracts.FundAsync(_consumer.Address, ContractsFixture.TokensPerAccount);
        using var sender = new ConsumerAccount(chain, _consumer.Account, ContractsFixture.Sending);
        for (var i = 0; i < Channels; i++)
        {
            var terms = new Terms(
                _consumer.Address, _provider.Address, 1_000_000_000, new TokenAmount(1_000_000), 1_000, ChannelKind.Direct, Keccak256.HashText($"crash {i}"));
            var outcome = await sender.OpenAsync(terms);
            Assert.True(outcome.Succeeded, outcome.ToString());
            _terms.Add(terms);
        }
    }

    /// <summary>Confirms and hands in units until told to stop; every broken connection is opened again.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        for (ulong round = 1; !stop.IsCancellationRequested; round++)
        {
            try
            {
                await _provider.EnterAsync(silo.Url);
                while (!stop.IsCancellationRequested)
                {
                    await WorkAsync(round++);
                }
            }
            catch (Exception broken) when (broken is WebSocketException or InvalidOperationException or HttpRequestException or IOException or OperationCanceledException)
            {
                // The silo died, or is not back yet.
                await Task.Delay(20, CancellationToken.None);
            }
        }
    }

    /// <summary>What the silo says of a channel, asked until it answers.</summary>
    public async Task<ChannelViewReply> ViewAsync(ChannelId channel)
    {
        await _provider.EnterAsync(silo.Url);
        return Assert.IsType<ChannelViewReply>(await _provider.AskAsync(new ChannelViewRequest(channel)));
    }

    /// <summary>The consumer closes alone, by its own transaction, and shows nothing of what it signed.</summary>
    public async Task CloseAloneAsync(Terms terms)
    {
        using var sender = new TransactionSender(chain, _consumer.Account, ContractsFixture.Sending);
        Assert.True((await sender.SendAsync(new ChainCall.StartClose(terms, null, null))).Succeeded);
    }

    public void Dispose()
    {
        _consumer.Dispose();
        _provider.Dispose();
    }

    private async Task WorkAsync(ulong round)
    {
        var terms = _terms[(int)(round % Channels)];
        var channel = terms.ChannelId(contracts.Deployment.Domain);
        if (!_confirmed.Contains(channel) || !_acknowledged.ContainsKey(channel))
        {
            // Asked again and again, as by an edge that does not know whether the last time counted.
            var confirm = new Confirm(channel, TestEdge.InAnHour);
            if (await _provider.AskAsync(new ConfirmRelay(terms, confirm.ValidUntilSeconds, _provider.Sign(confirm))) is Accepted)
            {
                _confirmed.Add(channel);
            }
        }

        var bytesUsed = round * 1_000;
        var units = new ChannelUnits(_consumer.Unit(terms, round, bytesUsed), _provider.Unit(terms, round, bytesUsed));
        if (await _provider.AskAsync(new SubmitUnits([units])) is UnitsAck ack && ack.Channels[0] is { Refusal: RefusalReason.None } durable)
        {
            _acknowledged[durable.ChannelId] = Math.Max(_acknowledged.GetValueOrDefault(durable.ChannelId), durable.ConsumerBytes);
        }
    }
}
