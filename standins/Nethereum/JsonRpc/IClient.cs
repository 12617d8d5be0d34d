namespace Nethereum.JsonRpc.Client;

/// <summary>Sends JSON-RPC requests. There is no cancellation.</summary>
public interface IClient
{
    Task<T> SendRequestAsync<T>(RpcRequest request, string route = null);

    Task<T> SendRequestAsync<T>(string method, string route = null, params object[] paramList);
}

/// <summary>One request: method and positional parameters.</summary>
public class RpcRequest
{
    public RpcRequest(object id, string method, params object[] parameterList)
    {
        Id = id;
        Method = method;
        RawParameters = parameterList;
    }

    public object Id { get; set; }

    public string Method { get; }

    public object[] RawParameters { get; }
}
