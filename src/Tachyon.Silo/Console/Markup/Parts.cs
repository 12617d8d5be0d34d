using Tachyon.Grains;
using Tachyon.Protocol.Amounts;
using Tachyon.Protocol.Identity;

namespace Tachyon.Silo.Console.Markup;

/// <summary>What several pages show alike. States are told by a shape and a word; colour only repeats them.</summary>
internal static class Parts
{
    public static Html Channel(ChannelId id) =>
        Html.Of($"""<a class="id" href="/channels/{id.ToString()}" title="{id.ToString()}">{Show.Short(id.ToString())}</a>""");

    public static Html Provider(Address address) =>
        Html.Of($"""<a class="id" href="/providers/{address.ToString()}" title="{address.ToString()}">{Show.Short(address.ToString())}</a>""");

    public static Html Id(string id) => Html.Of($"""<span class="id" title="{id}">{Show.Short(id)}</span>""");

    public static Html Money(TokenAmount amount) => Html.Of($"""<data value="{amount.ToString()}">{Show.Tokens(amount)}</data>""");

    public static Html Time(DateTimeOffset at, DateTimeOffset now) =>
        Html.Of($"""<time datetime="{at.UtcDateTime.ToString("O")}" title="{Show.At(at)}">{Show.Relative(at, now)}</time>""");

    public static Html TimeMs(ulong atMs, DateTimeOffset now) => Time(DateTimeOffset.FromUnixTimeMilliseconds((long)atMs), now);

    /// <summary>A state in a word behind a shape.</summary>
    public static Html State(Tone tone, string shape, string word) =>
        Html.Of($"""<span class="state {Name(tone)}"><span class="shape" aria-hidden="true">{shape}</span>{word}</span>""");

    public static Html Phase(ChannelPhase phase) => phase switch
    {
        ChannelPhase.Opened => State(Tone.Quiet, "○", "opened"),
        ChannelPhase.Active => State(Tone.Good, "●", "active"),
        ChannelPhase.Closing => State(Tone.Warn, "◐", "closing"),
        ChannelPhase.Settled => State(Tone.Quiet, "■", "settled"),
        ChannelPhase.Declined => State(Tone.Quiet, "×", "declined"),
        ChannelPhase.Expired => State(Tone.Quiet, "×", "expired"),
        _ => State(Tone.Quiet, "?", "unknown"),
    };

    public static Html Operation(IntentState state) => state switch
    {
        IntentState.Queued => State(Tone.Quiet, "○", "queued"),
        IntentState.Signed => State(Tone.Quiet, "◔", "signed"),
        IntentState.Sent => State(Tone.Warn, "◑", "sent"),
        IntentState.Mined => State(Tone.Warn, "◕", "mined, not final"),
        IntentState.Succeeded => State(Tone.Good, "●", "succeeded"),
        IntentState.Refused => State(Tone.Bad, "×", "refused"),
        _ => State(Tone.Quiet, "?", "unknown"),
    };

    /// <summary>How far the counts are apart, against what the tolerance allows.</summary>
    public static Html Difference(ChannelView view)
    {
        var apart = Show.Bytes(view.ProviderBytes - view.ConsumerBytes);
        var allowed = Show.Bytes(view.AllowedDifferenceBytes);
        return Html.Of($"""{(view.Agreed ? State(Tone.Good, "✓", "within") : State(Tone.Bad, "▲", "beyond"))} <span class="figures">{apart} <span class="of">of {allowed}</span></span>""");
    }

    /// <summary>When the chain next decides something about the channel.</summary>
    public static Html Deadline(ChannelView view, DateTimeOffset now)
    {
        if (view.DeadlineSeconds is not { } seconds)
        {
            return Html.Of($"""<span class="none">none</span>""");
        }

        var at = DateTimeOffset.FromUnixTimeSeconds((long)Math.Min(seconds, (ulong)DateTimeOffset.MaxValue.ToUnixTimeSeconds()));
        return Html.Of($"""{Time(at, now)} <span class="of">{(view.Phase == ChannelPhase.Opened ? "to confirm" : "to settle")}</span>""");
    }

    /// <summary>A list of names and values.</summary>
    public static Html Facts(params (string Name, Html Value)[] facts) => Html.Of(
        $"""<dl class="facts">{facts.Select(fact => Html.Of($"<div><dt>{fact.Name}</dt><dd>{fact.Value}</dd></div>"))}</dl>""");

    /// <summary>A note across the page.</summary>
    public static Html Note(Tone tone, Html text) => Html.Of($"""<p class="note {Name(tone)}">{text}</p>""");

    public static Html Empty(string text) => Html.Of($"""<p class="empty">{text}</p>""");

    private static string Name(Tone tone) => tone switch
    {
        Tone.Good => "good",
        Tone.Warn => "warn",
        Tone.Bad => "bad",
        _ => "quiet",
    };
}
