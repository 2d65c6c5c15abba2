/* In the place of Windows' netsh: notes what it was asked for, a line a call. */
#include <windows.h>
#include <stdio.h>

int main(void) {
    FILE *notes = fopen("C:\\netsh.txt", "a");
    if (!notes)
        return 1;
    fprintf(notes, "%s\n", GetCommandLineA());
    return fclose(notes) != 0;
}
