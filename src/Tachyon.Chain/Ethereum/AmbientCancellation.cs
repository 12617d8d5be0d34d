namespace Tachyon.Chain.Ethereum;

/// <summary>
/// Carries a cancellation token past Nethereum, whose calls take none, to the HTTP request they make: it flows with the
/// asynchronous call and is picked up below it.
/// </summary>
internal sealed class AmbientCancellation(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    /// <summary>Largest answer taken, in bytes: far more than events of many blocks need.</summary>
    public const long MaxAnswerBytes = 64 * 1024 * 1024;

    private static readonly AsyncLocal<CancellationToken> Token = new();

    /// <summary>The token of requests made from here on, in this asynchronous call and those below it.</summary>
    public static void Use(CancellationToken cancellation) => Token.Value = cancellation;

    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, Token.Value);
        var response = await base.SendAsync(request, either.Token);
        // Read here, while the token is in force: Nethereum reads the body without any.
        await response.Content.LoadIntoBufferAsync(MaxAnswerBytes, either.Token);
        return response;
    }
}
