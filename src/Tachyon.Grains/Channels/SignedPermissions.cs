namespace Tachyon.Grains.Channels;

/// <summary>Checks that signed requests have in common.</summary>
internal static class SignedPermissions
{
    /// <summary>Whether the request's time fits what the contract will accept; <see cref="RelayRefusal.None"/> if so.</summary>
    internal static RelayRefusal CheckTime(SignedPermission permission, ulong nowSeconds)
    {
        if (permission.ValidUntilSeconds <= nowSeconds)
        {
            return RelayRefusal.Expired;
        }

        return permission.ValidUntilSeconds > nowSeconds + ProtocolConstants.MaxValiditySeconds
            ? RelayRefusal.TooFarAhead
            : RelayRefusal.None;
    }
}
