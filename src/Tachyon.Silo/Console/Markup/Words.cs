using Tachyon.Grains;

namespace Tachyon.Silo.Console.Markup;

/// <summary>Names of the program as people say them.</summary>
internal static class Words
{
    public static string Of(IntentKind kind) => kind switch
    {
        IntentKind.Confirm => "confirm",
        IntentKind.Decline => "decline",
        IntentKind.CooperativeClose => "cooperative close",
        IntentKind.StartClose => "start of a close",
        IntentKind.Challenge => "challenge",
        IntentKind.Settle => "settle",
        IntentKind.Claim => "claim",
        IntentKind.WithdrawUnconfirmed => "withdrawal",
        IntentKind.Open => "open",
        IntentKind.TopUp => "top-up",
        IntentKind.Approve => "approval of tokens",
        _ => kind.ToString(),
    };
}
