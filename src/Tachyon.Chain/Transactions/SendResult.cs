namespace Tachyon.Chain;

/// <summary>What the chain said to a transaction handed to it.</summary>
/// <param name="Outcome">in a word</param>
/// <param name="Detail">the node's own words, when it did not accept</param>
public sealed record SendResult(SendOutcome Outcome, string? Detail = null)
{
    /// <summary>It waits to be mined.</summary>
    public static SendResult Accepted { get; } = new(SendOutcome.Accepted);
}
