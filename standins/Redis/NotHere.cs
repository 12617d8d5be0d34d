namespace StandIns.Redis;

/// <summary>What every door of this stand-in answers: there is no Redis behind it, and there is to be no doubt about that.</summary>
internal static class NotHere
{
    public static PlatformNotSupportedException Refusal() => new(
        "this build was made without the Redis packages (Microsoft.Orleans.*.Redis, StackExchange.Redis); "
        + "restore with a full feed (UseStandIns=false) and build again, or use sqlite");
}
