using Newtonsoft.Json.Linq;

namespace Nethereum.JsonRpc.Client;

/// <summary>An error that the node answered with.</summary>
public class RpcError
{
    public RpcError(int code, string message, object data = null)
    {
        Code = code;
        Message = message;
        Data = data;
    }

    public int Code { get; }

    public string Message { get; }

    public object Data { get; }

    /// <summary>The revert data, also where a node wraps it in an object; null when there is none.</summary>
    public string GetDataAsString() => Data switch
    {
        JObject wrapped => (wrapped["result"] ?? wrapped["data"] ?? wrapped).ToString(),
        null => null,
        _ => Data.ToString(),
    };
}

/// <summary>The node answered with an error.</summary>
public class RpcResponseException : Exception
{
    public RpcResponseException(RpcError rpcError)
        : base(rpcError.Message) => RpcError = rpcError;

    public RpcError RpcError { get; }
}

/// <summary>No answer within <see cref="ClientBase.ConnectionTimeout"/>, or the HTTP client gave up.</summary>
public class RpcClientTimeoutException : Exception
{
    public RpcClientTimeoutException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}

/// <summary>The request could not be sent, or the answer was not HTTP 200 or not JSON.</summary>
public class RpcClientUnknownException : Exception
{
    public RpcClientUnknownException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
