namespace Tachyon.Chain;

/// <summary>The chain did not answer, or not in a way that can be used.</summary>
public sealed class ChainUnavailableException : Exception
{
    /// <param name="endpoint">which endpoint was asked</param>
    /// <param name="request">what was asked</param>
    /// <param name="reason">what happened, and what to do about it</param>
    /// <param name="innerException">the cause</param>
    public ChainUnavailableException(string endpoint, string request, string reason, Exception? innerException = null)
        : base($"The chain at {endpoint} did not answer {request}: {reason}", innerException)
    {
        Endpoint = endpoint;
        Request = request;
    }

    /// <summary>Which endpoint was asked.</summary>
    public string Endpoint { get; }

    /// <summary>What was asked.</summary>
    public string Request { get; }
}
