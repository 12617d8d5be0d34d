using System.Diagnostics;
using Nethereum.Contracts;
using Nethereum.JsonRpc.Client;
using Nethereum.Web3;
using Tachyon.Chain.Telemetry;

namespace Tachyon.Chain.Ethereum;

/// <summary>One JSON-RPC endpoint, with a time limit and cancellation on every request.</summary>
internal sealed class RpcEndpoint : IDisposable
{
    private readonly HttpClient http;
    private readonly Web3 web3;
    private readonly TimeSpan limit;
    private readonly TimeProvider time;

    public RpcEndpoint(EthereumChainOptions options, TimeProvider time)
    {
        limit = options.RequestTimeout;
        this.time = time;
        // Credentials in the address must not reach logs and messages.
        Name = options.Endpoint.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped);
        http = new HttpClient(new AmbientCancellation(new SocketsHttpHandler
        {
            PooledConnectionLifetime = TimeSpan.FromMinutes(10),
        }))
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
        web3 = new Web3(new RpcClient(options.Endpoint, http));
    }

    /// <summary>The endpoint's address, without what is secret in it.</summary>
    public string Name { get; }

    /// <summary>Asks; an error of the node counts as no answer.</summary>
    public async Task<T> AskAsync<T>(string request, Func<IWeb3, Task<T>> ask, CancellationToken cancellation)
    {
        try
        {
            return await AskOrErrorAsync(request, ask, cancellation);
        }
        catch (RpcResponseException error)
        {
            throw Unavailable(request, $"it answered with error {error.RpcError.Code}, {error.RpcError.Message}", error);
        }
    }

    /// <summary>Asks; an error of the node is thrown as it is.</summary>
    /// <exception cref="RpcResponseException">the node answered with an error</exception>
    public async Task<T> AskOrErrorAsync<T>(string request, Func<IWeb3, Task<T>> ask, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        using var timeout = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellation);
        AmbientCancellation.Use(either.Token);
        var startedAt = Stopwatch.GetTimestamp();
        var answered = false;
        try
        {
            T answer = await ask(web3);
            answered = true;
            return answer;
        }
        catch (RpcResponseException)
        {
            answered = true;
            throw;
        }
        catch (Exception) when (cancellation.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellation);
        }
        catch (Exception error) when (timeout.IsCancellationRequested || error is RpcClientTimeoutException)
        {
            throw Unavailable(request, $"no answer within {limit.TotalSeconds:0.#} s. Is the node up, and not overloaded?", error);
        }
        catch (RpcClientUnknownException error)
        {
            throw Unavailable(
                request, $"{error.InnerException?.Message ?? error.Message}. Is the endpoint's address right, and the node up?", error);
        }
        catch (SmartContractCustomErrorRevertException error)
        {
            throw Unavailable(request, "the contract refused a reading call; the deployment's addresses may be wrong", error);
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            throw Unavailable(request, $"the answer cannot be read ({error.Message}). Is it an Ethereum node?", error);
        }
        finally
        {
            RpcMeter.Ended(startedAt, answered);
        }
    }

    public ChainUnavailableException Unavailable(string request, string reason, Exception? cause = null)
        => new(Name, request, reason, cause);

    public void Dispose() => http.Dispose();
}
