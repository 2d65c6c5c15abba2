//! What pupils report to the teacher: their latest messages with others, and who wrote each. It is in
//! memory only, until the teacher puts it away or the server ends.

use serde::Serialize;

use super::relay::PageId;
use game::limits::WORKSHOP_REPORTS;
use game::rules::Millis;
use os::system;

/// A message between pupils.
#[derive(Clone, Debug, Serialize)]
pub struct Remark {
    /// When it was sent.
    pub at: Millis,
    /// The pupil whose program sent it: name and address.
    pub author: String,
    /// Its beginning.
    pub text: String,
}

/// A page, for the teacher.
#[derive(Clone, Debug, Serialize)]
pub struct Pupil {
    /// Its number, by which it is silenced.
    pub page: u64,
    /// The pupil: name and address.
    pub who: String,
    /// Programs that run.
    pub programs: usize,
    /// Whether the teacher has ended its talk.
    pub mute: bool,
}

/// Who is in the workshop, and what was reported.
#[derive(Clone, Debug, Serialize)]
pub struct Talk {
    pub pupils: Vec<Pupil>,
    pub reports: Vec<Report>,
}

/// A report.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    id: u64,
    at: Millis,
    /// The pupil who reports.
    by: String,
    #[serde(skip)]
    page: PageId,
    /// The messages, oldest first.
    remarks: Vec<Remark>,
}

/// The reports that wait for the teacher, oldest first.
#[derive(Debug, Default)]
pub struct Reports {
    all: Vec<Report>,
    next: u64,
}

/// Reports of one page that wait.
const EACH: usize = 3;

impl Reports {
    /// Adds a report; false if there is no room.
    pub fn add(&mut self, page: PageId, by: String, remarks: Vec<Remark>) -> bool {
        let own = self.all.iter().filter(|it| it.page == page);
        if own.count() >= EACH
            && let Some(first) = self.all.iter().position(|it| it.page == page)
        {
            self.all.remove(first);
        }
        if self.all.len() >= WORKSHOP_REPORTS {
            return false;
        }
        self.next += 1;
        self.all.push(Report {
            id: self.next,
            at: system::wall_clock(),
            by,
            page,
            remarks,
        });
        true
    }

    /// Removes a report.
    pub fn put_away(&mut self, id: u64) {
        self.all.retain(|it| it.id != id);
    }

    /// All reports.
    pub fn all(&self) -> Vec<Report> {
        self.all.clone()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.all.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Protects the server's memory, and the reports of others, from a page that reports without end.
    #[test]
    fn a_page_has_so_many_reports_and_all_have() {
        let mut reports = Reports::default();
        for page in 0..=WORKSHOP_REPORTS as u64 {
            let added = reports.add(PageId(page), "Léa".to_owned(), Vec::new());
            assert_eq!(added, page < WORKSHOP_REPORTS as u64, "{page}");
        }
        reports.put_away(1);
        for _ in 0..10 {
            reports.add(PageId(7), "Tom".to_owned(), Vec::new());
        }
        let own = reports.all().into_iter().filter(|it| it.page == PageId(7));
        assert!(own.count() <= EACH);
        assert_eq!(reports.len(), WORKSHOP_REPORTS);
    }
}
