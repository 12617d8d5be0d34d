using Orleans.Runtime;

namespace Orleans.StandIn.Tests;

[Alias("IReminded")]
public interface IReminded : IRemindable, IGrainWithStringKey
{
    Task Remind(string name, TimeSpan due, TimeSpan period);

    Task<bool> Forget(string name);

    Task<List<string>> Known();
}

internal sealed class RemindedGrain : Grain, IReminded
{
    public Task Remind(string name, TimeSpan due, TimeSpan period) => this.RegisterOrUpdateReminder(name, due, period);

    public async Task<bool> Forget(string name)
    {
        if (await this.GetReminder(name) is not { } reminder)
        {
            return false;
        }

        await this.UnregisterReminder(reminder);
        return true;
    }

    public async Task<List<string>> Known() => [.. (await this.GetReminders()).Select(reminder => reminder.ReminderName)];

    public Task ReceiveReminder(string reminderName, TickStatus status)
    {
        Gates.Log(this.GetPrimaryKeyString()).Enqueue($"{reminderName}@{status.CurrentTickTime - status.FirstTickTime}");
        return Task.CompletedTask;
    }
}
