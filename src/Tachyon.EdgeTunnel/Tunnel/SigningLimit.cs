namespace Tachyon.EdgeTunnel.Tunnel;

/// <summary>When a consumer that limits what it signs for, as by a budget, must stop.</summary>
internal static class SigningLimit
{
    /// <summary>
    /// What it owes and what may still arrive must stay within the limit, so that neither the limit is exceeded nor the provider
    /// left unpaid. What may arrive is bounded by the provider's credit.
    /// </summary>
    /// <param name="owedBytes">What is owed by the own count.</param>
    /// <param name="creditBytes">How far the provider serves ahead of what is signed.</param>
    /// <param name="limitBytes">What units may state at most.</param>
    public static bool MustStop(ulong owedBytes, ulong creditBytes, ulong limitBytes) =>
        limitBytes < creditBytes || owedBytes > limitBytes - creditBytes;
}
