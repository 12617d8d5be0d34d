namespace Nethereum.JsonRpc.Client;

/// <summary>What all clients share.</summary>
public abstract class ClientBase : IClient
{
    /// <summary>How long a request may take, for every client of the process.</summary>
    public static TimeSpan ConnectionTimeout { get; set; } = TimeSpan.FromSeconds(20.0);

    public abstract Task<T> SendRequestAsync<T>(RpcRequest request, string route = null);

    public Task<T> SendRequestAsync<T>(string method, string route = null, params object[] paramList)
        => SendRequestAsync<T>(new RpcRequest(Guid.NewGuid().ToString(), method, paramList), route);
}
