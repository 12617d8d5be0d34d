using Nethereum.Contracts;
using Nethereum.Hex.HexConvertors.Extensions;
using Nethereum.RPC.Eth.DTOs;
using Tachyon.Chain.Ethereum.Bindings;

namespace Tachyon.Chain.Ethereum;

/// <summary>The settlement chain behind an Ethereum JSON-RPC endpoint.</summary>
public sealed partial class EthereumChain : ISettlementChain, IDisposable
{
    private const ulong DevelopmentChainId = 31337;

    private readonly RpcEndpoint endpoint;
    private readonly EthereumChainOptions options;
    private readonly bool finalIsLatest;
    private ChainRules? rules;

    private EthereumChain(RpcEndpoint endpoint, EthereumChainOptions options, Deployment deployment)
    {
        this.endpoint = endpoint;
        this.options = options;
        Deployment = deployment;
        Domain = deployment.Domain;
        finalIsLatest = options.Finality switch
        {
            Finality.Latest => true,
            Finality.Finalized => false,
            _ => deployment.ChainId == DevelopmentChainId,
        };
    }

    /// <inheritdoc />
    public Deployment Deployment { get; }

    /// <inheritdoc />
    public Eip712Domain Domain { get; }

    /// <summary>Connects, and checks that the endpoint serves the chain and the contracts of the deployment.</summary>
    /// <exception cref="ChainUnavailableException">The endpoint does not answer.</exception>
    /// <exception cref="ChainMismatchException">It serves another chain, or has no contracts there.</exception>
    /// <exception cref="ArgumentException">An option is out of its bounds.</exception>
    public static async Task<EthereumChain> ConnectAsync(
        EthereumChainOptions options, Deployment deployment, TimeProvider? time = null, CancellationToken cancellation = default)
    {
        options.Validate();
        var chain = new EthereumChain(new RpcEndpoint(options, time ?? TimeProvider.System), options, deployment);
        try
        {
            await chain.CheckAsync(cancellation);
            return chain;
        }
        catch
        {
            chain.Dispose();
            throw;
        }
    }

    /// <summary>The chain before anything is deployed on it: good for sending and for receipts, and for nothing else.</summary>
    internal static async Task<EthereumChain> ConnectBareAsync(
        EthereumChainOptions options, TimeProvider time, CancellationToken cancellation)
    {
        options.Validate();
        var endpoint = new RpcEndpoint(options, time);
        try
        {
            var chainId = await endpoint.AskAsync("eth_chainId", w => w.Eth.ChainId.SendRequestAsync(), cancellation);
            return new EthereumChain(
                endpoint, options, new Deployment((ulong)chainId.Value, Address.Zero, Address.Zero, Address.Zero, 0));
        }
        catch
        {
            endpoint.Dispose();
            throw;
        }
    }

    /// <summary>The same connection for other contracts; it ends with this one.</summary>
    internal EthereumChain With(Deployment deployment) => new(endpoint, options, deployment);

    /// <inheritdoc />
    public PreparedCall Prepare(ChainCall call) => CallEncoder.Encode(call, Deployment);

    /// <summary>Closes the connections.</summary>
    public void Dispose() => endpoint.Dispose();

    private async Task CheckAsync(CancellationToken cancellation)
    {
        var chainId = await endpoint.AskAsync("eth_chainId", w => w.Eth.ChainId.SendRequestAsync(), cancellation);
        if (chainId.Value != Deployment.ChainId)
        {
            throw new ChainMismatchException(
                $"The endpoint {endpoint.Name} serves chain {chainId.Value}, but the deployment is on chain {Deployment.ChainId}.");
        }

        foreach (var contract in new[] { Deployment.Token, Deployment.PaymentChannels, Deployment.ProxyRegistry }.Distinct())
        {
            // Calls to an address without code succeed and return nothing, so this must be asked.
            var code = await endpoint.AskAsync(
                "eth_getCode",
                w => w.Eth.GetCode.SendRequestAsync(contract.ToString(), BlockParameter.CreateLatest()),
                cancellation);
            if (string.IsNullOrEmpty(code.RemoveHexPrefix()))
            {
                throw new ChainMismatchException(
                    $"There is no contract at {contract} on chain {Deployment.ChainId} as {endpoint.Name} serves it: "
                    + "the deployment file is of another chain, or the node has lost or not yet seen the deployment.");
            }
        }

        var token = Address.Parse(await QueryChannelsAsync<TokenMessage, string>(new TokenMessage(), ReadAt.Latest, cancellation));
        if (token != Deployment.Token)
        {
            throw new ChainMismatchException(
                $"The payment channels at {Deployment.PaymentChannels} use the token {token}, but the deployment names {Deployment.Token}.");
        }

        // What is signed here must be what is checked there, or no signature of this node would ever be worth anything.
        var separator = await QueryChannelsAsync<DomainSeparatorMessage, byte[]?>(
            new DomainSeparatorMessage(), ReadAt.Latest, cancellation) ?? [];
        if (!separator.AsSpan().SequenceEqual(Domain.Separator.ToArray()))
        {
            throw new ChainMismatchException(
                $"The contract at {Deployment.PaymentChannels} checks signatures in the domain 0x{Convert.ToHexStringLower(separator)}, "
                + $"this version signs in {Domain.Separator} ({Domain}).");
        }
    }

    private Task<TReturn> QueryChannelsAsync<TMessage, TReturn>(TMessage message, ReadAt at, CancellationToken cancellation)
        where TMessage : FunctionMessage, new()
        => QueryAsync<TMessage, TReturn>(Deployment.PaymentChannels, message, at, cancellation);

    private Task<TReturn> QueryAsync<TMessage, TReturn>(
        Address contract, TMessage message, ReadAt at, CancellationToken cancellation)
        where TMessage : FunctionMessage, new()
        => endpoint.AskAsync(
            $"eth_call {typeof(TMessage).Name}",
            w => w.Eth.GetContractHandler(contract.ToString()).QueryAsync<TMessage, TReturn>(message, Block(at)),
            cancellation);

    private BlockParameter Block(ReadAt at)
    {
        var block = BlockParameter.CreateLatest();
        if (at == ReadAt.Final && !finalIsLatest)
        {
            block.SetValue(BlockParameter.BlockParameterType.finalized);
        }

        return block;
    }
}
