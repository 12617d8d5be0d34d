namespace Tachyon.Grains.Channels;

/// <summary>Checks that signed requests have in common.</summary>
internal static class SignedPermissions
{
    /// <summary>
    /// What is signed for a relayer must be valid for so long yet, in seconds. What the contract refuses for being late costs
    /// this operator's gas all the same, and a party could ask for that again and again.
    /// </summary>
    internal const ulong LeastValiditySeconds = 30;

    /// <summary>Whether the request's time fits what the contract will accept; <see cref="RelayRefusal.None"/> if so.</summary>
    internal static RelayRefusal CheckTime(SignedPermission permission, ulong nowSeconds)
    {
        if (permission.ValidUntilSeconds < nowSeconds + LeastValiditySeconds)
        {
            return RelayRefusal.Expired;
        }

        return permission.ValidUntilSeconds > nowSeconds + ProtocolConstants.MaxValiditySeconds
            ? RelayRefusal.TooFarAhead
            : RelayRefusal.None;
    }
}
