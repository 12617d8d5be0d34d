using Spectre.Console;

namespace Tachyon.EdgeTunnel.Cli;

/// <summary>A bar on the terminal for what takes long. Files, pipes and programs get none: they read what comes of it.</summary>
internal static class Bars
{
    /// <summary>Runs work that tells how far it is: of how many steps, and with which words.</summary>
    public static Task<T> WithBarAsync<T>(this CommandContext context, string title, double steps, Func<Action<double, string?>, Task<T>> work)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(work);
        return context is { Json: false, IsTerminal: true } ? WithBarAsync(context.Console, title, steps, work) : work((_, _) => { });
    }

    /// <summary>As the other, on this console.</summary>
    internal static Task<T> WithBarAsync<T>(IAnsiConsole console, string title, double steps, Func<Action<double, string?>, Task<T>> work) =>
        console.Progress().StartAsync(async progress =>
        {
            var bar = progress.AddTask(Markup.Escape(title), maxValue: Math.Max(steps, 1));
            var result = await work((done, text) =>
            {
                bar.Value = done;
                bar.Description = Markup.Escape(text ?? title);
            });
            bar.Value = bar.MaxValue;
            return result;
        });
}
